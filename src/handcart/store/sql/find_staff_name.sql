-- What a member of staff is called.
SELECT name FROM staff WHERE project = $1 AND id = $2
