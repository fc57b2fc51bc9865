-- A new product.
INSERT INTO products (project, id, key, version, published, document, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
