-- Forgets the SKUs of a product, before those that it has now are written.
DELETE FROM product_skus WHERE project = $1 AND product_id = $2
