-- The product that has an SKU in either face.
SELECT p.id, p.version, p.document
FROM product_skus s JOIN products p ON p.project = s.project AND p.id = s.product_id
WHERE s.project = $1 AND s.sku = $2
