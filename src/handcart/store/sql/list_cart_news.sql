-- Of many carts those that are no longer at the version that is known, or are asked about anew, with the events since.
SELECT asked.project, asked.id, c.version, c.state, c.owner, c.site, e.body
FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::boolean[]) AS asked (project, id, version, is_new)
LEFT JOIN carts c ON c.project = asked.project AND c.id = asked.id
LEFT JOIN LATERAL (
    SELECT body, version_to
    FROM events
    WHERE project = asked.project AND aggregate_id = asked.id AND version_to > asked.version
    ORDER BY version_to
    LIMIT $5
) e ON c.version > asked.version
WHERE c.id IS NULL OR c.version <> asked.version OR asked.is_new
ORDER BY e.version_to
