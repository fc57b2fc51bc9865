-- Ends a customer's tokens of one kind.
DELETE FROM tokens WHERE project = $1 AND customer_id = $2 AND kind = $3
