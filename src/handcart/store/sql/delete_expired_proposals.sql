-- Drops a batch of proposals that nobody can answer any more, the longest expired first.
DELETE FROM proposals WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM proposals WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
