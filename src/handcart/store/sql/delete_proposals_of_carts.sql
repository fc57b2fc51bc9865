-- Forgets what was proposed for carts.
DELETE FROM proposals WHERE project = $1 AND cart_id = ANY ($2::uuid[])
