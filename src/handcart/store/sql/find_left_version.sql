-- Where a desk left this owner's cart: the cart, its version then, and the time.
SELECT cart_id, left_version, left_at FROM desk_customers
WHERE project = $1 AND desk_id = $2 AND owner = $3 AND scope = $4 AND left_version IS NOT NULL
