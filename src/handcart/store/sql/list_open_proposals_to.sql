-- The proposals that a customer has not answered yet, on carts of some sites or all, the latest first.
SELECT p.id, p.cart_id, p.staff_id, p.created_at, p.expires_at
FROM carts c
JOIN proposals p ON p.project = c.project AND p.cart_id = c.id
WHERE c.project = $1 AND c.owner = $2 AND c.state = 'Active' AND ($3::text[] IS NULL OR c.site = ANY ($3))
  AND p.state = 'Open' AND p.expires_at > $4
ORDER BY p.created_at DESC, p.id
LIMIT $5
