-- Whether an owner has a cart that was an anonymous session's.
SELECT EXISTS (SELECT FROM carts WHERE project = $1 AND former_anonymous_id = $2 AND owner = $3) AS is_found
