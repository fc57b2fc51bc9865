-- Several orders, locked in the order of their ids.
SELECT id, version, status, owner, site, store, document, head FROM orders
WHERE project = $1 AND id = ANY ($2::uuid[])
ORDER BY id
FOR UPDATE
