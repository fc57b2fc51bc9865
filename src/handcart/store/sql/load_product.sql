-- A product by its id.
SELECT id, version, document FROM products WHERE project = $1 AND id = $2
