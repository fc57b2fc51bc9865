-- A customer by its key.
SELECT id, version, email, key, password_hash, document FROM customers WHERE project = $1 AND key = $2
