-- Drops a batch of pairing codes that have expired.
DELETE FROM pairing_codes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM pairing_codes WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
