-- Drops a batch of first answers to idempotency keys that no longer hold.
DELETE FROM answers WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM answers WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
))
