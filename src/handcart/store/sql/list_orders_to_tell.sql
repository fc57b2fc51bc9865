-- Orders recorded after a place in commit order, below every open transaction.
SELECT o.id, coalesce(o.cart_id, o.id) AS cart_id, coalesce(o.submitted_at, o.created_at) AS at,
       o.recorded_by::text AS recorded_by
FROM orders o
-- A draft has no number.
WHERE o.project = $1 AND o.order_number IS NOT NULL AND (o.recorded_by, o.id) > ($2::text::xid8, $3)
  AND o.recorded_by < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY o.recorded_by, o.id
LIMIT $4
