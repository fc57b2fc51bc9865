-- A page of the proposals of an agent ($2) and on the carts in reach ($3 ids, $4 owners), the latest first; of a cart
-- ($5) and in a state ($6 at $7) if told.
SELECT p.document, p.staff_id, c.owner, c.version AS cart_version, c.state AS cart_state, count(*) OVER () AS total
FROM (
    SELECT id FROM proposals WHERE project = $1 AND staff_id = $2
    UNION
    SELECT id FROM proposals WHERE project = $1 AND cart_id = ANY ($3::uuid[])
    UNION
    -- An owner's carts are named by both kinds of states, for which there are two partial indexes.
    SELECT p.id
    FROM carts c
    JOIN proposals p ON p.project = c.project AND p.cart_id = c.id
    WHERE c.project = $1 AND ((c.owner = ANY ($4::text[]) AND c.state = 'Active')
                              OR (c.owner = ANY ($4::text[]) AND c.state <> 'Active'))
) AS found
JOIN proposals p ON p.project = $1 AND p.id = found.id
LEFT JOIN carts c ON c.project = p.project AND c.id = p.cart_id AND c.gone_at IS NULL
WHERE ($5::uuid IS NULL OR p.cart_id = $5)
  AND ($6::text IS NULL OR CASE WHEN p.state = 'Open' AND p.expires_at <= $7 THEN 'Expired' ELSE p.state END = $6)
ORDER BY p.created_at DESC, p.id
LIMIT $8 OFFSET $9
