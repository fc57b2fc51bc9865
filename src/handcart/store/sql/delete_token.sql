-- Ends one token of a client, in whichever of its projects the token is.
DELETE FROM tokens WHERE hash = $1 AND client_id = $2 AND project = ANY ($3) RETURNING project, kind, device
