-- Deletes a customer at a version, and with it its tokens for password and e-mail address.
DELETE FROM customers WHERE project = $1 AND id = $2 AND version = $3
