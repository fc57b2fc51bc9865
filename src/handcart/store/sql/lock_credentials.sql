-- Holds a customer's password as it was verified, so that a change of it waits for the sign-in.
SELECT id FROM customers WHERE project = $1 AND id = $2 AND password_hash = $3 FOR SHARE
