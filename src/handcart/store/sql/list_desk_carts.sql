-- The carts that a desk follows live: those it serves, the latest first; the active customer's; and others by their ids.
SELECT c.id, c.version, c.state, c.owner
FROM (
    (
        SELECT cart_id FROM desk_customers WHERE project = $1 AND desk_id = $2 ORDER BY selected_at DESC LIMIT $5
    )
    UNION
    (
        SELECT id FROM carts WHERE project = $1 AND owner = $3 AND state = 'Active' LIMIT $5
    )
    UNION
    SELECT unnest($4::uuid[])
) AS followed (cart_id)
JOIN carts c ON c.project = $1 AND c.id = followed.cart_id
WHERE c.gone_at IS NULL
