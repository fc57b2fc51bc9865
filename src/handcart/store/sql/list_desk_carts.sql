-- The carts that a desk follows live: those it serves, the latest first; the active customer's; and others by their ids.
SELECT c.id, c.version, c.state, c.owner
FROM (
    (
        SELECT cart_id, owner FROM desk_customers WHERE project = $1 AND desk_id = $2 ORDER BY selected_at DESC LIMIT $5
    )
    UNION
    (
        SELECT id, owner FROM carts WHERE project = $1 AND owner = $3 AND state = 'Active' LIMIT $5
    )
    UNION
    SELECT * FROM unnest($4::uuid[], $6::text[])
) AS followed (cart_id, owner)
JOIN carts c ON c.project = $1 AND c.id = followed.cart_id
-- A cart that has become another customer's is followed no longer; a walk-in's goes with who signed up.
WHERE c.gone_at IS NULL AND (followed.owner IS NULL OR followed.owner = c.owner OR followed.owner LIKE 'anonymous:%')
