-- The draft that a cart's items were added to.
SELECT id FROM orders WHERE project = $1 AND prepared_cart = $2
