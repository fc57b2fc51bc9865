-- A customer by its id, locked until the transaction ends.
SELECT id, version, email, key, password_hash, document FROM customers WHERE project = $1 AND id = $2 FOR UPDATE
