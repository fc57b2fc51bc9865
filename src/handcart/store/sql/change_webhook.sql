-- Writes a locked subscription; where it is enabled anew, it is told of what is committed from now on.
UPDATE webhooks
SET version = $3, enabled = $4, document = $5,
    read_transaction = CASE WHEN $6 THEN pg_snapshot_xmin(pg_current_snapshot()) ELSE read_transaction END,
    read_id = CASE WHEN $6 THEN $7 ELSE read_id END,
    enabled_at = CASE WHEN $6 THEN $8 ELSE enabled_at END
WHERE project = $1 AND event = $2
