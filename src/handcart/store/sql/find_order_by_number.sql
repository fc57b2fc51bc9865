-- An order by its number.
SELECT id, version, status, owner, site, store, document, head FROM orders WHERE project = $1 AND order_number = $2
