-- A pairing, and whose its cart is now.
SELECT p.document, p.cart_id, p.staff_id, c.owner
FROM pairings p
LEFT JOIN carts c ON c.project = p.project AND c.id = p.cart_id AND c.gone_at IS NULL
WHERE p.project = $1 AND p.id = $2
