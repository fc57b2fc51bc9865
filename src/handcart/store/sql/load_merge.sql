-- The receipt of a merge.
SELECT document FROM merges WHERE project = $1 AND id = $2
