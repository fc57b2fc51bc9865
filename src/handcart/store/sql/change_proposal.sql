-- Writes a proposal that this transaction has locked, where its version is still the one decided on.
UPDATE proposals SET version = $4, state = $5, document = $6, modified_at = $7
WHERE project = $1 AND id = $2 AND version = $3
RETURNING 1
