-- A subscription with its secrets and how far it was read, locked; with the cluster that it is in now.
SELECT w.document, w.secret, w.former_secret, w.former_secret_until, w.enabled_at,
       w.read_transaction::text AS read_transaction, w.read_id,
       w.cluster = (SELECT system_identifier FROM pg_control_system()) AS is_same_cluster
FROM webhooks w
WHERE w.project = $1 AND w.event = $2
FOR UPDATE
