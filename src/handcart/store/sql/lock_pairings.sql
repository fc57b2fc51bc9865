-- A pairing, and the live ones of the same agent on the same cart, locked in the order of their ids.
SELECT p.document, p.cart_id, p.staff_id, c.owner
FROM pairings asked
JOIN pairings p ON p.project = asked.project AND p.cart_id = asked.cart_id AND p.staff_id = asked.staff_id
LEFT JOIN carts c ON c.project = p.project AND c.id = p.cart_id AND c.gone_at IS NULL
WHERE asked.project = $1 AND asked.id = $2 AND (p.id = $2 OR p.state IN ('AwaitingConsent', 'Active'))
ORDER BY p.id
FOR UPDATE OF p
