-- On which registrable domains the sites were that shared their carts: guests share theirs within one.

SET lock_timeout = '5s';

-- Nobody knows any more which hosts there were before; the sites count as always having been where they are.
UPDATE site_group_changes AS kept
SET document = convert_to((convert_from(kept.document, 'UTF8')::jsonb || jsonb_build_object('domains', there.domains))::text, 'UTF8')
FROM (
    SELECT changes.project, changes.group_id, changes.epoch, jsonb_object_agg(site.key, site.domain) AS domains
    FROM site_group_changes AS changes
    CROSS JOIN LATERAL jsonb_array_elements_text(convert_from(changes.document, 'UTF8')::jsonb -> 'sites') AS member (key)
    JOIN (
        SELECT project, key, convert_from(document, 'UTF8')::jsonb ->> 'registrableDomain' AS domain
        FROM resources WHERE kind = 'store'
    ) AS site ON site.project = changes.project AND site.key = member.key AND site.domain IS NOT NULL
    GROUP BY changes.project, changes.group_id, changes.epoch
) AS there
WHERE (kept.project, kept.group_id, kept.epoch) = (there.project, there.group_id, there.epoch);
