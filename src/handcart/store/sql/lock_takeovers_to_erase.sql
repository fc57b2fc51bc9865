-- The takeovers of carts and orders, over or not, locked in the order of their ids.
SELECT id, document FROM takeovers
WHERE project = $1 AND (cart_id = ANY ($2::uuid[]) OR order_id = ANY ($3::uuid[]))
ORDER BY id
FOR UPDATE
