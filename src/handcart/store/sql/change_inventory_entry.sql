-- Writes a stock entry where the version is still the one decided on.
UPDATE inventory
SET version = $4, key = $5, channel_id = $6, quantity_on_stock = $7, available_quantity = $8, restockable_in_days = $9,
    expected_delivery = $10, custom = $11, modified_at = $12
WHERE project = $1 AND id = $2 AND version = $3
RETURNING id
