-- An order by its id.
SELECT id, version, status, owner, site, store, document, head FROM orders WHERE project = $1 AND id = $2
