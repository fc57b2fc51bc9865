-- What a cart takes from the customer who owns it.
SELECT document FROM customers WHERE project = $1 AND id = $2
