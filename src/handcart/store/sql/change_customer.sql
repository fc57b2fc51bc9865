-- Writes a customer whose row the transaction has locked, where the version is still the one decided on.
UPDATE customers
SET key = $4, email = $5, customer_number = $6, stores = $7, password_hash = $8, version = $9, document = $10,
    modified_at = $11, search_text = $12
WHERE project = $1 AND id = $2 AND version = $3
