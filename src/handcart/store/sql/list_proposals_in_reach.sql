-- A page of the proposals of an agent ($2) and on the carts in reach ($3 ids, $4 owners), the latest first; of a cart
-- ($5) and in a state ($6 at $7) if told.
SELECT p.document, p.staff_id, c.owner, c.version AS cart_version, c.state AS cart_state, count(*) OVER () AS total
FROM proposals p
LEFT JOIN carts c ON c.project = p.project AND c.id = p.cart_id AND c.gone_at IS NULL
WHERE p.project = $1 AND (p.staff_id = $2 OR p.cart_id = ANY ($3::uuid[]) OR c.owner = ANY ($4::text[]))
  AND ($5::uuid IS NULL OR p.cart_id = $5)
  AND ($6::text IS NULL OR CASE WHEN p.state = 'Open' AND p.expires_at <= $7 THEN 'Expired' ELSE p.state END = $6)
ORDER BY p.created_at DESC, p.id
LIMIT $8 OFFSET $9
