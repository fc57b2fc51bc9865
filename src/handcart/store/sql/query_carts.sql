-- The carts of a project, each column called as the field that a query names.
SELECT document, id, key, state AS "cartState", origin, owner, site, store AS "store.key", version,
       created_at AS "createdAt", modified_at AS "lastModifiedAt"
FROM carts
-- True of every cart: so an owner's carts of all states are found in the two partial indexes by owner.
WHERE project = $1 AND (state = 'Active' OR state <> 'Active') AND gone_at IS NULL
