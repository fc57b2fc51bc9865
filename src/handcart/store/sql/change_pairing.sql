-- Writes a pairing that this transaction has locked, where its version is still the one decided on.
UPDATE pairings SET version = $4, state = $5, expires_at = $6, document = $7, modified_at = $8
WHERE project = $1 AND id = $2 AND version = $3
RETURNING 1
