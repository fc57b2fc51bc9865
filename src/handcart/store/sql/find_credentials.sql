-- What a customer signs in with, by e-mail address in any case.
SELECT id, version, password_hash, document FROM customers WHERE project = $1 AND lower(email) = lower($2)
