-- Ends a member of staff's tokens of one kind.
DELETE FROM tokens WHERE project = $1 AND staff_id = $2 AND kind = $3
