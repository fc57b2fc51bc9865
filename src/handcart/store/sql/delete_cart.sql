-- Deletes a cart at a version; its events stay, they are the audit trail.
DELETE FROM carts WHERE project = $1 AND id = $2 AND version = $3 RETURNING 1
