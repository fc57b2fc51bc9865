-- An access token that is still valid, and the epoch of its project's tokens, read together.
SELECT t.project, t.client_id, t.scope, t.customer_id, t.anonymous_id, t.staff_id, t.device, t.expires_at,
    coalesce(c.epoch, 0) AS epoch
FROM tokens t
LEFT JOIN changes c ON c.project = t.project AND c.kind = 'tokens'
WHERE t.hash = $1 AND t.kind = 'access' AND t.expires_at > $2
