-- The events of several carts since a version of each, the newest first within each cart, so many of each at most.
SELECT e.aggregate_id, e.body, e.personal, e.personal IS NULL AND octet_length(e.personal_hash) > 0 AS is_erased
FROM unnest($2::uuid[], $3::bigint[]) AS asked (id, version)
CROSS JOIN LATERAL (
    SELECT version_to, aggregate_id, body, personal, personal_hash FROM events
    WHERE project = $1 AND aggregate_id = asked.id AND version_to > asked.version
    ORDER BY version_to DESC
    LIMIT $4
) e
ORDER BY e.aggregate_id, e.version_to DESC
