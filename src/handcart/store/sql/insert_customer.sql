-- A new customer.
INSERT INTO customers (project, id, key, email, customer_number, stores, password_hash, version, document, created_at,
                       modified_at, search_text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
