-- A cart by its key.
SELECT id, version, state, owner, former_anonymous_id, site, store, origin, bill_to, ship_to, device,
       document, head, priced_site, priced_epoch, priced_until, scope_epoch, scope_site
FROM carts
WHERE project = $1 AND key = $2 AND gone_at IS NULL
