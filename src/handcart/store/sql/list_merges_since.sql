-- Merges since an instant that nobody was told of, for a database that came into another cluster.
SELECT m.id, m.target_id AS cart_id, m.at
FROM merges m
WHERE m.project = $1 AND m.at >= $2
  AND NOT EXISTS (
      SELECT FROM webhook_deliveries d WHERE d.project = $1 AND d.event = 'cartMerge' AND d.source_id = m.id)
ORDER BY m.at, m.id
