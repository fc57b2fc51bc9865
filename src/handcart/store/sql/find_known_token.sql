-- A token of either kind that is still valid.
SELECT project, client_id, scope, customer_id, anonymous_id, staff_id, device, expires_at
FROM tokens
WHERE hash = $1 AND expires_at > $2
