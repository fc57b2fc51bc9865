-- Writes a customer whose row the transaction has locked, where the version is still the one decided on.
UPDATE customers
SET key = $4, email = $5, customer_number = $6, password_hash = $7, version = $8, document = $9, modified_at = $10
WHERE project = $1 AND id = $2 AND version = $3
