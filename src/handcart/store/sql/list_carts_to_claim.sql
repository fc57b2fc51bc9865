-- What a claim would lock, without locking it: to show what a merge would do.
SELECT id, version, state, owner, former_anonymous_id, site, store, origin, bill_to, ship_to, device,
       document, head, priced_site, priced_epoch, priced_until, scope_epoch, scope_site
FROM carts
-- The guest's are named by both kinds of states, for which there are two partial indexes.
WHERE project = $1
  AND ((owner = $2 AND state = 'Active') OR (owner = $3 AND state = 'Active') OR (owner = $3 AND state <> 'Active')
       OR id = $4)
ORDER BY id
