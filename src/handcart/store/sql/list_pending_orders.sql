-- A member of staff's offline orders that are still drafts.
SELECT document FROM orders
WHERE project = $1 AND drafted_by = $2 AND status = 'Pending'
ORDER BY created_at DESC, id DESC
LIMIT $3
