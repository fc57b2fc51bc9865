-- A customer's token by the hash of its value, expired or not.
SELECT customer_id, expires_at FROM customer_tokens WHERE hash = $1 AND project = $2 AND kind = $3
