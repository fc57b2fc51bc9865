-- Locks a customer, so that one request at a time finds or creates its current cart.
SELECT document FROM customers WHERE project = $1 AND id = $2 FOR UPDATE
