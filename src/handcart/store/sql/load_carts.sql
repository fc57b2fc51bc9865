-- Several carts by project and id.
SELECT c.project, c.id, c.version, c.state, c.owner, c.former_anonymous_id, c.site, c.store, c.origin, c.bill_to,
       c.ship_to, c.device, c.document, c.head, c.priced_site, c.priced_epoch, c.priced_until
FROM unnest($1::text[], $2::uuid[]) AS asked (project, id)
JOIN carts c ON c.project = asked.project AND c.id = asked.id
WHERE c.gone_at IS NULL
