-- Ends a customer's tokens of one kind, except those of one sign-in.
DELETE FROM tokens WHERE project = $1 AND customer_id = $2 AND kind = $3 AND device <> $4
