-- Deletes a product where the version is still the one decided on; its SKUs go with it.
DELETE FROM products WHERE project = $1 AND id = $2 AND version = $3 RETURNING id
