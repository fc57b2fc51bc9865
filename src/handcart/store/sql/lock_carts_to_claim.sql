-- A customer's Active carts, every cart of a guest, and one more by its id, locked in the order of their ids.
SELECT id, version, state, owner, former_anonymous_id, site, store, origin, bill_to, ship_to, device,
       document, head, priced_site, priced_epoch, priced_until, scope_epoch, scope_site, gone_at
FROM carts
-- The guest's are named by both kinds of states, for which there are two partial indexes.
WHERE project = $1
  AND ((owner = $2 AND state = 'Active') OR (owner = $3 AND state = 'Active') OR (owner = $3 AND state <> 'Active')
       OR id = $4)
ORDER BY id
FOR UPDATE
