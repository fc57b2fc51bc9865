-- Writes a product where the version is still the one decided on.
UPDATE products
SET version = $4, key = $5, published = $6, document = $7, modified_at = $8
WHERE project = $1 AND id = $2 AND version = $3
RETURNING id
