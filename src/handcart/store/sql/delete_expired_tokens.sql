-- Drops a batch of tokens that have expired, and none that somebody holds.
DELETE FROM tokens WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
