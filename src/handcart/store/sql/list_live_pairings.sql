-- The pairings of an agent that wait for consent or hold ($3 now), the latest first.
SELECT document FROM pairings
WHERE project = $1 AND staff_id = $2 AND state IN ('AwaitingConsent', 'Active') AND expires_at > $3
ORDER BY created_at DESC, id
LIMIT $4
