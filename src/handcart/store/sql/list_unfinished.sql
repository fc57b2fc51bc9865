-- What a member of staff, or everybody, has begun and not finished, the first due first; carts come with their documents.
WITH left_carts AS (
    SELECT DISTINCT ON (k.cart_id)
        d.staff_id, coalesce(k.left_at, d.modified_at) AS since, c.id AS cart_id, c.owner, c.document
    FROM desks d
    JOIN desk_customers k ON k.project = d.project AND k.desk_id = d.id
    JOIN carts c ON c.project = k.project AND c.id = k.cart_id
    WHERE d.project = $1 AND ($2::uuid IS NULL OR d.staff_id = $2) AND d.modified_at > $3::timestamptz - $4::interval
      AND (k.left_at IS NOT NULL OR d.modified_at < $3::timestamptz - $5::interval)
      AND c.state = 'Active' AND c.gone_at IS NULL AND c.version > 1
      AND (c.owner = k.owner OR k.owner LIKE 'anonymous:%')
    ORDER BY k.cart_id, since DESC
), unfinished AS (
    SELECT 'CartLeft' AS kind, staff_id, since, since + $6::interval AS due, cart_id, owner, document,
           NULL::uuid AS order_id, NULL::uuid AS takeover_id, NULL::uuid AS proposal_id
    FROM left_carts
    UNION ALL
    SELECT CASE WHEN t.is_lapsed THEN 'LeaseLapsed' ELSE 'OrderPending' END, o.drafted_by,
           CASE WHEN t.is_lapsed THEN t.lease_until ELSE o.created_at END,
           CASE WHEN t.is_lapsed THEN t.lease_until ELSE o.created_at + $7::interval END,
           CASE WHEN t.is_lapsed THEN t.cart_id ELSE o.prepared_cart END, o.owner, NULL, o.id,
           CASE WHEN t.is_lapsed THEN t.id END, NULL
    FROM orders o
    LEFT JOIN LATERAL (
        -- Only the latest says how things stand: one that lapsed may have been followed by one that was handed back.
        SELECT id, cart_id, state, lease_until, state = 'Lapsed' OR (state = 'Open' AND lease_until <= $3) AS is_lapsed
        FROM takeovers WHERE project = o.project AND order_id = o.id
        ORDER BY created_at DESC LIMIT 1
    ) t ON true
    WHERE o.project = $1 AND o.status = 'Pending' AND ($2::uuid IS NULL OR o.drafted_by = $2)
      AND (t.state IS DISTINCT FROM 'Open' OR t.is_lapsed)
    UNION ALL
    SELECT 'ProposalUnanswered', p.staff_id, p.created_at, p.expires_at, p.cart_id, c.owner, NULL, NULL, NULL, p.id
    FROM proposals p
    JOIN carts c ON c.project = p.project AND c.id = p.cart_id AND c.state IN ('Active', 'Frozen') AND c.gone_at IS NULL
    WHERE p.project = $1 AND p.state = 'Open' AND ($2::uuid IS NULL OR p.staff_id = $2)
      AND p.expires_at > $3::timestamptz - $8::interval
)
SELECT u.*, s.name AS staff_name, m.document AS customer
FROM unfinished u
LEFT JOIN staff s ON s.project = $1 AND s.id = u.staff_id
LEFT JOIN customers m ON m.project = $1 AND m.id = CASE WHEN u.owner LIKE 'customer:%' THEN substr(u.owner, 10)::uuid END
ORDER BY u.due, u.kind, u.cart_id
LIMIT $9
