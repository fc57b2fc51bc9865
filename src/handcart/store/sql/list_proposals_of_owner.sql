-- A page of the proposals on the carts of an owner, the latest first; of a cart ($3) and in a state ($4 at $5) if told.
SELECT p.document, p.staff_id, c.owner, c.version AS cart_version, c.state AS cart_state, count(*) OVER () AS total
FROM carts c
JOIN proposals p ON p.project = c.project AND p.cart_id = c.id
-- The owner's carts are named by both kinds of states, for which there are two partial indexes.
WHERE c.project = $1 AND ((c.owner = $2 AND c.state = 'Active') OR (c.owner = $2 AND c.state <> 'Active'))
  AND c.gone_at IS NULL
  AND ($3::uuid IS NULL OR p.cart_id = $3)
  AND ($4::text IS NULL OR CASE WHEN p.state = 'Open' AND p.expires_at <= $5 THEN 'Expired' ELSE p.state END = $4)
ORDER BY p.created_at DESC, p.id
LIMIT $6 OFFSET $7
