-- All stock entries of some SKUs, wherever they lie.
SELECT * FROM inventory WHERE project = $1 AND sku = ANY ($2::text[]) ORDER BY sku, channel_id
