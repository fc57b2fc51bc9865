-- Merges recorded after a place in commit order, below every open transaction.
SELECT id, target_id AS cart_id, at, recorded_by::text AS recorded_by
FROM merges
WHERE project = $1 AND (recorded_by, id) > ($2::text::xid8, $3)
  AND recorded_by < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY recorded_by, id
LIMIT $4
