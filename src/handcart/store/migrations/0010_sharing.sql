-- Which sites shared their carts when, and what of that each cart has lived through; and deliveries that are long over.

SET lock_timeout = '5s';

CREATE TABLE site_group_changes (
    project   text NOT NULL REFERENCES projects ON DELETE CASCADE,
    group_id  text NOT NULL,
    epoch     bigint NOT NULL,
    document  bytea NOT NULL,
    PRIMARY KEY (project, group_id, epoch)
);

-- Carts there are count as made under the groups there are.
INSERT INTO site_group_changes (project, group_id, epoch, document)
SELECT project, id, 0,
       convert_to(
           jsonb_build_object(
               'groupId', id, 'epoch', 0, 'sitesBefore', '[]'::jsonb, 'sites', made.document -> 'sites',
               'at', to_char(modified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text,
           'UTF8')
FROM resources
CROSS JOIN LATERAL (SELECT convert_from(resources.document, 'UTF8')::jsonb) AS made (document)
WHERE kind = 'site-group' AND (made.document ->> 'sharedCart')::boolean;

ALTER TABLE carts ADD COLUMN scope_epoch bigint NOT NULL DEFAULT 0, ADD COLUMN scope_site text;

CREATE INDEX ended_deliveries_by_age ON webhook_deliveries (state, created_at) WHERE state <> 'Pending';
