-- The last orders of a customer, and the offline ones that were not submitted yet, on some sites or all, the latest first.
WITH mine AS (
    SELECT site, status, created_at, id, document FROM orders
    WHERE project = $1 AND owner = $2 AND ($3::text[] IS NULL OR site = ANY ($3))
)
(SELECT site, status, document FROM mine WHERE status <> 'Pending' ORDER BY created_at DESC, id DESC LIMIT $4)
UNION ALL
(SELECT site, status, document FROM mine WHERE status = 'Pending' ORDER BY created_at DESC, id DESC LIMIT $5)
