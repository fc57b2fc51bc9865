-- Drops a batch of sign-ins that never came back from the identity provider.
DELETE FROM begun_sign_ins WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM begun_sign_ins WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
