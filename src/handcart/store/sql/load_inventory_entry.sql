-- A stock entry by its id.
SELECT * FROM inventory WHERE project = $1 AND id = $2
