-- The current cart of an owner: of the Active ones with this scope, assignment and name the most recently modified.
SELECT id, version, state, owner, former_anonymous_id, site, store, origin, bill_to, ship_to, device,
       document, head, priced_site, priced_epoch, priced_until, scope_epoch, scope_site,
       min(scope_epoch) OVER () AS oldest_epoch
FROM carts
WHERE project = $1 AND owner = $2 AND state = 'Active' AND origin = 'Customer'
  AND ($3::text[] IS NULL OR site = ANY ($3))
  AND ($4::text IS NULL OR name = $4)
  AND ($5::text IS NULL OR bill_to = $5)
  AND ($6::text IS NULL OR ship_to = $6)
  AND ($7::text IS NULL OR device = $7)
ORDER BY modified_at DESC, id DESC
LIMIT 1
