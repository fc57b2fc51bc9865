-- A cart by its id, and a number for the order that it is about to become; an unused number leaves a gap.
SELECT id, version, state, owner, former_anonymous_id, site, store, origin, bill_to, ship_to, device,
       document, head, priced_site, priced_epoch, priced_until, scope_epoch, scope_site,
       nextval('order_numbers') AS order_number
FROM carts
WHERE project = $1 AND (id = $2 OR key = $3) AND gone_at IS NULL
