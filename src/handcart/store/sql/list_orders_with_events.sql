-- The next orders after an id, each with its events in order of their versions.
SELECT o.id, o.version, o.status, o.owner, o.order_number, o.prepared_cart, o.drafted_by, o.document, o.head, e.*
FROM (
    SELECT * FROM orders WHERE project = $1 AND id > $2 ORDER BY id LIMIT $3
) o
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(version_from ORDER BY version_to), '{}') AS versions_from,
           coalesce(array_agg(version_to ORDER BY version_to), '{}') AS versions_to,
           array_agg(body ORDER BY version_to) AS bodies,
           array_agg(personal ORDER BY version_to) AS personals,
           array_agg(salt ORDER BY version_to) AS salts,
           array_agg(personal_hash ORDER BY version_to) AS personal_hashes,
           array_agg(head ORDER BY version_to) AS heads
    FROM events
    WHERE project = $1 AND aggregate_id = o.id
) e
ORDER BY o.id
