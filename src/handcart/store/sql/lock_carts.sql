-- Several carts, locked in the order of their ids.
SELECT id, version, state, owner, former_anonymous_id, site, store, origin, bill_to, ship_to, device,
       document, head, priced_site, priced_epoch, priced_until, scope_epoch, scope_site, gone_at
FROM carts
WHERE project = $1 AND id = ANY ($2::uuid[])
ORDER BY id
FOR UPDATE
