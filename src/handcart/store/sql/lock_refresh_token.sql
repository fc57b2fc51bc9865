-- A refresh token that is still valid, held so that a revocation waits.
SELECT project, client_id, scope, customer_id, anonymous_id, staff_id, device, expires_at
FROM tokens
WHERE hash = $1 AND kind = 'refresh' AND expires_at > $2
FOR SHARE
