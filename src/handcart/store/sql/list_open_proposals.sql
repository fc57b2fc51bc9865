-- The proposals of an agent that wait for the shopper ($3 now), the latest first.
SELECT document FROM proposals
WHERE project = $1 AND staff_id = $2 AND state = 'Open' AND expires_at > $3
ORDER BY created_at DESC, id
LIMIT $4
