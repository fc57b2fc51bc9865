-- A page of the documents of Active carts on some sites that can become current, all of one owner together.
SELECT id, owner, document
FROM carts
WHERE project = $1 AND state = 'Active' AND origin = 'Customer' AND gone_at IS NULL
  AND site = ANY ($2) AND (owner, id) > ($3, $4)
ORDER BY owner, id
LIMIT $5
