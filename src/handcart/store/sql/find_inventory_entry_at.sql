-- The stock entry of an SKU at a supply channel, '' being none.
SELECT * FROM inventory WHERE project = $1 AND sku = $2 AND channel_id = $3
