-- The enabled subscriptions that have something to be told, in commit order: what is below every open transaction.
SELECT w.project, w.event
FROM webhooks w
CROSS JOIN pg_control_system() AS cluster
CROSS JOIN pg_snapshot_xmin(pg_current_snapshot()) AS finished (before)
WHERE w.enabled AND (
    w.cluster <> cluster.system_identifier
    OR CASE w.event
        WHEN 'orderSubmit' THEN EXISTS (
            SELECT FROM orders o
            WHERE o.project = w.project AND o.recorded_by < finished.before
              AND (o.recorded_by, o.id) > (w.read_transaction, w.read_id))
        ELSE EXISTS (
            SELECT FROM merges m
            WHERE m.project = w.project AND m.recorded_by < finished.before
              AND (m.recorded_by, m.id) > (w.read_transaction, w.read_id))
    END)
ORDER BY w.project, w.event
