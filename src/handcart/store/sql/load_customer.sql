-- A customer by its id.
SELECT id, version, email, key, password_hash, document FROM customers WHERE project = $1 AND id = $2
