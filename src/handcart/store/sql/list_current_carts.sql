-- All Active carts of an owner that are valid on some sites, under one name and assignment.
SELECT id, version, state, owner, former_anonymous_id, site, store, origin, bill_to, ship_to, device,
       document, head, priced_site, priced_epoch, priced_until, scope_epoch, scope_site
FROM carts
WHERE project = $1 AND owner = $2 AND state = 'Active' AND origin = 'Customer' AND site = ANY ($3::text[])
  AND ($4::text IS NULL OR name = $4)
  AND ($5::text IS NULL OR bill_to = $5)
  AND ($6::text IS NULL OR ship_to = $6)
  AND ($7::text IS NULL OR device = $7)
ORDER BY id
