-- A new stock entry.
INSERT INTO inventory (project, id, key, sku, channel_id, version, quantity_on_stock, available_quantity,
                       restockable_in_days, expected_delivery, custom, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
