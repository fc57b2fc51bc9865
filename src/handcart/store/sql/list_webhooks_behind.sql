-- The enabled subscriptions that have something to be told, in commit order: what is below every open transaction.
-- The next one is looked up, for EXISTS would be answered by reading the whole table.
SELECT w.project, w.event
FROM webhooks w
CROSS JOIN pg_control_system() AS cluster
CROSS JOIN pg_snapshot_xmin(pg_current_snapshot()) AS finished (before)
WHERE w.enabled AND (
    w.cluster <> cluster.system_identifier
    OR CASE w.event
        WHEN 'orderSubmit' THEN (
            SELECT o.id FROM orders o
            WHERE o.project = w.project AND o.order_number IS NOT NULL AND o.recorded_by < finished.before
              AND (o.recorded_by, o.id) > (w.read_transaction, w.read_id)
            ORDER BY o.recorded_by, o.id LIMIT 1)
        ELSE (
            SELECT m.id FROM merges m
            WHERE m.project = w.project AND m.recorded_by < finished.before
              AND (m.recorded_by, m.id) > (w.read_transaction, w.read_id)
            ORDER BY m.recorded_by, m.id LIMIT 1)
    END IS NOT NULL)
ORDER BY w.project, w.event
