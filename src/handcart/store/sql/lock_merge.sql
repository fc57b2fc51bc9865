-- The receipt of a merge, locked.
SELECT document FROM merges WHERE project = $1 AND id = $2 FOR UPDATE
