-- Makes a customer's tokens of some kinds worthless.
DELETE FROM customer_tokens WHERE project = $1 AND customer_id = $2 AND kind = ANY ($3::text[])
