-- A token that resets a password or confirms an e-mail address; only its hash is kept.
INSERT INTO customer_tokens (hash, project, id, customer_id, kind, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
