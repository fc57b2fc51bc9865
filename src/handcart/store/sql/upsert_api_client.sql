-- Makes an API client, or replaces what it is.
INSERT INTO api_clients (project, id, secret_hash, name, scopes) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project, id) DO UPDATE SET
    secret_hash = excluded.secret_hash, name = excluded.name, scopes = excluded.scopes
