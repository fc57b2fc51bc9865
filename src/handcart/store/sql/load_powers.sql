-- Of a member of staff at one sign-in: what its roles allow now, and every cart that it has a hand on.
SELECT
    (
        SELECT array_agg(ROW(r.behaviours, r.limits))
        FROM staff s
        JOIN roles r ON r.project = s.project AND r.key = ANY (s.roles)
        WHERE s.project = $1 AND s.id = $2
    ) AS roles,
    d.id AS desk_id,
    d.version AS desk_version,
    d.is_scratch,
    coalesce(
        -- A walk-in that has signed up since is the customer whose carts were the walk-in's.
        (
            SELECT c.owner FROM carts c
            WHERE d.active_owner LIKE 'anonymous:%' AND c.project = $1
              AND c.former_anonymous_id = substr(d.active_owner, 11) AND c.owner LIKE 'customer:%'
            LIMIT 1
        ),
        d.active_owner
    ) AS active_owner,
    (
        SELECT array_agg(k.owner) FROM (
            SELECT owner FROM desk_customers
            WHERE project = $1 AND desk_id = d.id AND owner LIKE 'anonymous:%'
            ORDER BY selected_at DESC
            LIMIT $5
        ) k
    ) AS walk_ins,
    (
        SELECT array_agg(ROW(t.cart_id, t.id, t.owner)) FROM takeovers t
        WHERE t.project = $1 AND t.holder = $2 AND t.state = 'Open' AND t.lease_until > $4
    ) AS takeovers,
    (
        SELECT array_agg(ROW(p.cart_id, p.id, p.owner)) FROM pairings p
        WHERE p.project = $1 AND p.staff_id = $2 AND p.state = 'Active' AND p.expires_at > $4
    ) AS pairings
FROM (SELECT 1) AS one
LEFT JOIN desk_devices v ON v.project = $1 AND v.device = $3
LEFT JOIN desks d ON d.project = $1 AND d.id = v.desk_id AND d.staff_id = $2
