-- A page of the published products, in the order of their ids.
SELECT document FROM products WHERE project = $1 AND published AND id > $2 ORDER BY id LIMIT $3
