-- Merges recorded after a place in commit order, below every open transaction.
SELECT m.id, m.target_id AS cart_id, m.at, m.recorded_by::text AS recorded_by
FROM merges m
WHERE m.project = $1 AND (m.recorded_by, m.id) > ($2::text::xid8, $3)
  AND m.recorded_by < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY m.recorded_by, m.id
LIMIT $4
