-- Keeps the first answer to an Idempotency-Key.
INSERT INTO answers (project, resource, key, request_hash, created, answer, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
