-- The events of a cart or an order, the newest first, down to the one that reached a version.
SELECT body, personal, personal IS NULL AND octet_length(personal_hash) > 0 AS is_erased
FROM events
WHERE project = $1 AND aggregate_id = $2 AND version_to >= $4
ORDER BY version_to DESC
LIMIT $3
