-- Whether there are proposals for carts, or takeovers of carts and orders besides some.
SELECT EXISTS (SELECT FROM proposals WHERE project = $1 AND cart_id = ANY ($2::uuid[]))
    OR EXISTS (
        SELECT FROM takeovers
        WHERE project = $1 AND (cart_id = ANY ($2) OR order_id = ANY ($3::uuid[])) AND id <> ALL ($4::uuid[])
    ) AS is_any
