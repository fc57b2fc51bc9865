-- A proposal, locked; before any owner or cart.
SELECT p.document, p.staff_id, c.owner, c.version AS cart_version, c.state AS cart_state
FROM proposals p
LEFT JOIN carts c ON c.project = p.project AND c.id = p.cart_id AND c.gone_at IS NULL
WHERE p.project = $1 AND p.id = $2
FOR UPDATE OF p
