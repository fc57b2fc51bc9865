-- The deliveries that tell of carts, locked.
SELECT id, document FROM webhook_deliveries
WHERE project = $1 AND cart_id = ANY ($2::uuid[])
ORDER BY id
FOR UPDATE
