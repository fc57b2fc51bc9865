-- Drops a batch of links to offline orders that have expired.
DELETE FROM continuations WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM continuations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
