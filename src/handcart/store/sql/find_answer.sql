-- The first answer to an Idempotency-Key.
SELECT request_hash, created, answer FROM answers WHERE project = $1 AND resource = $2 AND key = $3
