-- The open takeovers of an offline order and of a cart, locked in the order of their ids; before any owner or cart.
SELECT document FROM takeovers
WHERE project = $1 AND state = 'Open' AND (order_id = $2 OR cart_id = $3)
ORDER BY id
FOR UPDATE
