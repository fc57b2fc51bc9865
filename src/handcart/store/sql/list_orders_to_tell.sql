-- Orders recorded after a place in commit order, below every open transaction.
SELECT id, coalesce(cart_id, id) AS cart_id, created_at AS at, recorded_by::text AS recorded_by
FROM orders
WHERE project = $1 AND (recorded_by, id) > ($2::text::xid8, $3)
  AND recorded_by < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY recorded_by, id
LIMIT $4
