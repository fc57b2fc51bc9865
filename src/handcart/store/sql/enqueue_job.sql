-- Queues a job, unless one with the same dedupe key waits or is being worked on; what PgQueuer itself would write.
WITH queued AS (
    INSERT INTO handcart_pgqueuer (entrypoint, payload, priority, execute_after, dedupe_key, status)
    VALUES ($1, $2, $3, now() + $4::interval, $5, 'queued')
    ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING
    RETURNING id, entrypoint, priority
), logged AS (
    INSERT INTO handcart_pgqueuer_log (job_id, status, entrypoint, priority)
    SELECT id, 'queued', entrypoint, priority FROM queued
)
SELECT id FROM queued
