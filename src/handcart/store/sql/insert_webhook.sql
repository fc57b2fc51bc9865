-- A new subscription, to be told of what is committed from now on; nothing where there is one already.
INSERT INTO webhooks (project, event, version, enabled, document, secret, read_transaction, read_id, cluster, enabled_at)
SELECT $1, $2, $3, $4, $5, $6, pg_snapshot_xmin(pg_current_snapshot()), $8, system_identifier, $7
FROM pg_control_system()
ON CONFLICT (project, event) DO NOTHING
RETURNING event
