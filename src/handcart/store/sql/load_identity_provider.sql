-- A project's identity provider, with what it is to be told of us.
SELECT document, client_secret FROM identity_providers WHERE project = $1
