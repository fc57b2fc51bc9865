-- One of a desk's customers by owner, whenever it was served.
SELECT 1 FROM desk_customers WHERE project = $1 AND desk_id = $2 AND owner = $3 LIMIT 1
