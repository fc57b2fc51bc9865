-- Ends the access tokens of one sign-in.
DELETE FROM tokens WHERE project = $1 AND device = $2 AND kind = 'access'
