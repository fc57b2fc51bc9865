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
    ORDER BY k.cart_id, since DESC
), unfinished AS (
    SELECT 'CartLeft' AS kind, staff_id, since, since + $6::interval AS due, cart_id, owner, document,
           NULL::uuid AS order_id, NULL::uuid AS takeover_id, NULL::uuid AS proposal_id
    FROM left_carts
    UNION ALL
    SELECT 'LeaseLapsed', t.holder, t.lease_until, t.lease_until, t.cart_id, t.owner, NULL, t.order_id, t.id, NULL
    FROM takeovers t
    JOIN orders o ON o.project = t.project AND o.id = t.order_id AND o.status = 'Pending'
    WHERE t.project = $1 AND ($2::uuid IS NULL OR t.holder = $2)
      AND (t.state = 'Lapsed' OR (t.state = 'Open' AND t.lease_until <= $3))
      AND NOT EXISTS (
          SELECT FROM takeovers later
          WHERE later.project = t.project AND later.order_id = t.order_id AND later.created_at > t.created_at
      )
    UNION ALL
    SELECT 'ProposalUnanswered', p.staff_id, p.created_at, p.expires_at, p.cart_id, c.owner, NULL, NULL, NULL, p.id
    FROM proposals p
    JOIN carts c ON c.project = p.project AND c.id = p.cart_id
    WHERE p.project = $1 AND p.state = 'Open' AND ($2::uuid IS NULL OR p.staff_id = $2)
    UNION ALL
    SELECT 'OrderPending', o.drafted_by, o.created_at, o.created_at + $7::interval, o.prepared_cart, o.owner, NULL, o.id,
           NULL, NULL
    FROM orders o
    WHERE o.project = $1 AND o.status = 'Pending' AND ($2::uuid IS NULL OR o.drafted_by = $2)
      AND NOT EXISTS (
          SELECT FROM takeovers t WHERE t.project = o.project AND t.order_id = o.id AND t.state IN ('Open', 'Lapsed')
      )
)
SELECT u.*, s.name AS staff_name, m.document AS customer
FROM unfinished u
LEFT JOIN staff s ON s.project = $1 AND s.id = u.staff_id
LEFT JOIN customers m ON m.project = $1 AND m.id = CASE WHEN u.owner LIKE 'customer:%' THEN substr(u.owner, 10)::uuid END
ORDER BY u.due, u.kind, u.cart_id
LIMIT $8
