-- Open takeovers for orders that are no drafts.
SELECT t.id, t.order_id, o.status
FROM takeovers t
LEFT JOIN orders o ON o.project = t.project AND o.id = t.order_id
WHERE t.project = $1 AND t.state = 'Open' AND o.status IS DISTINCT FROM 'Pending'
ORDER BY t.id
LIMIT $2
