-- Orders since an instant that nobody was told of, for a database that came into another cluster.
SELECT o.id, coalesce(o.cart_id, o.id) AS cart_id, coalesce(o.submitted_at, o.created_at) AS at
FROM orders o
WHERE o.project = $1 AND coalesce(o.submitted_at, o.created_at) >= $2 AND o.order_number IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM webhook_deliveries d WHERE d.project = $1 AND d.event = 'orderSubmit' AND d.source_id = o.id)
ORDER BY at, o.id
