-- Has a locked subscription go on in the cluster that its database came into.
UPDATE webhooks
SET read_transaction = pg_snapshot_xmin(pg_current_snapshot()), read_id = $3,
    cluster = (SELECT system_identifier FROM pg_control_system())
WHERE project = $1 AND event = $2
