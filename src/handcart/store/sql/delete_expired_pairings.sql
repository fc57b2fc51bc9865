-- Drops a batch of pairings that are over, the longest expired first.
DELETE FROM pairings WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM pairings WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
