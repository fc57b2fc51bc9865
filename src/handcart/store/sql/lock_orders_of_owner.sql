-- All orders of an owner, locked in the order of their ids.
SELECT id, version, status, owner, site, store, document, head FROM orders
WHERE project = $1 AND owner = $2
ORDER BY id
FOR UPDATE
