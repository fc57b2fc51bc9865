-- Lets nobody in by an identity provider any more.
DELETE FROM identity_providers WHERE project = $1
