-- The carts and orders of an owner; what is gone for its users is among them.
SELECT 'cart' AS kind, id FROM carts WHERE project = $1 AND owner = $2 AND state = 'Active'
UNION ALL
SELECT 'cart', id FROM carts WHERE project = $1 AND owner = $2 AND state <> 'Active'
UNION ALL
SELECT 'order', id FROM orders WHERE project = $1 AND owner = $2
