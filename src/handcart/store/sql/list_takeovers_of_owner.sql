-- The takeovers of an owner's carts whose lease holds, the latest first.
SELECT t.document
FROM carts c
JOIN takeovers t ON t.project = c.project AND t.cart_id = c.id AND t.state = 'Open'
WHERE c.project = $1 AND c.owner = $2 AND c.state = 'Active' AND t.lease_until > $3
ORDER BY t.created_at DESC, t.id DESC
