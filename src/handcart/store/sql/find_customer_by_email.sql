-- A customer by its e-mail address, in whatever case it is written.
SELECT id, version, email, key, password_hash, document FROM customers WHERE project = $1 AND lower(email) = lower($2)
