-- Drops a batch of old rows from the log of background jobs.
DELETE FROM handcart_pgqueuer_log WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM handcart_pgqueuer_log WHERE created < $1 ORDER BY created LIMIT $2 FOR UPDATE SKIP LOCKED
))
