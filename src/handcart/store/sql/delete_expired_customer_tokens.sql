-- Drops a batch of tokens that reset a password or confirm an e-mail address and expired long ago.
DELETE FROM customer_tokens WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM customer_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
