-- Deletes a stock entry where the version is still the one decided on.
DELETE FROM inventory WHERE project = $1 AND id = $2 AND version = $3 RETURNING id
