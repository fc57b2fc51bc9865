-- The API clients with an id, in one project ($2) or, where the request names none, in all.
SELECT project, name, secret_hash, scopes FROM api_clients WHERE id = $1 AND ($2::text IS NULL OR project = $2)
