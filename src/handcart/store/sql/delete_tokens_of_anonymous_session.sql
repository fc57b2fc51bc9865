-- Ends a guest's tokens of one kind.
DELETE FROM tokens WHERE project = $1 AND anonymous_id = $2 AND kind = $3
