-- A stock entry by its key.
SELECT * FROM inventory WHERE project = $1 AND key = $2
