-- The Active carts of a customer, on some sites or all, the most recently modified first.
SELECT id, site, bill_to, document FROM carts
WHERE project = $1 AND owner = $2 AND state = 'Active' AND origin = 'Customer'
  AND ($3::text[] IS NULL OR site = ANY ($3))
ORDER BY modified_at DESC, id DESC
LIMIT $4
