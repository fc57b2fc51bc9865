-- Forgets whose sessions carts were.
UPDATE carts SET former_anonymous_id = NULL
WHERE project = $1 AND id = ANY ($2::uuid[]) AND former_anonymous_id IS NOT NULL
