-- A link by which an anonymous shopper goes on with an offline order; only the hash of the token is kept.
INSERT INTO continuations (hash, project, order_id, owner, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
