-- The pairings on the carts of an owner that wait for consent or hold ($3 now), the latest first.
SELECT p.document, p.cart_id, p.staff_id, c.owner
FROM carts c
JOIN pairings p ON p.project = c.project AND p.cart_id = c.id
-- The owner's carts are named by both kinds of states, for which there are two partial indexes.
WHERE c.project = $1 AND ((c.owner = $2 AND c.state = 'Active') OR (c.owner = $2 AND c.state <> 'Active'))
  AND c.gone_at IS NULL
  AND p.state IN ('AwaitingConsent', 'Active') AND p.expires_at > $3
ORDER BY p.created_at DESC, p.id
LIMIT $4
