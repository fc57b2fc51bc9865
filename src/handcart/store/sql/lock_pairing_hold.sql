-- An active pairing of this agent, kept active until the transaction ends.
SELECT 1 FROM pairings
WHERE project = $1 AND id = $2 AND staff_id = $3 AND state = 'Active' AND expires_at > $4
FOR SHARE
