-- The products that have one of these ids or one of these SKUs.
SELECT document FROM products WHERE project = $1 AND id = ANY ($2::uuid[])
UNION
SELECT p.document
FROM product_skus s JOIN products p ON p.project = s.project AND p.id = s.product_id
WHERE s.project = $1 AND s.sku = ANY ($3::text[])
