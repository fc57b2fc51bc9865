-- A project's identity provider, locked: sign-ins through it take turns, and a change of it waits.
SELECT document, client_secret FROM identity_providers WHERE project = $1 FOR UPDATE
