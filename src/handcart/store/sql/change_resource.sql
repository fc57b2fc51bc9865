-- Writes a resource where the version is still the one decided on.
UPDATE resources SET key = $5, version = $6, document = $7, modified_at = $8
WHERE project = $1 AND kind = $2 AND id = $3 AND version = $4
RETURNING 1
