-- Stock entries that are below zero.
SELECT id, sku, quantity_on_stock, available_quantity
FROM inventory
WHERE project = $1 AND (quantity_on_stock < 0 OR available_quantity < 0)
ORDER BY id
LIMIT $2
