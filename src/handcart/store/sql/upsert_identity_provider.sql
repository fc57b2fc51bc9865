-- Sets or replaces a project's identity provider.
INSERT INTO identity_providers (project, document, client_secret) VALUES ($1, $2, $3)
ON CONFLICT (project) DO UPDATE SET document = excluded.document, client_secret = excluded.client_secret
