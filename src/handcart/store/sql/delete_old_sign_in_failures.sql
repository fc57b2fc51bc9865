-- Drops a batch of failures that are too old to count, and whose lock is over.
DELETE FROM sign_in_failures WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM sign_in_failures WHERE failed_at < $1 AND (locked_until IS NULL OR locked_until < $1)
    ORDER BY failed_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
