-- A product by its key.
SELECT id, version, document FROM products WHERE project = $1 AND key = $2
