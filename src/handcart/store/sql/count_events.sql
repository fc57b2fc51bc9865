-- How many events a cart or an order has.
SELECT count(*) AS total FROM events WHERE project = $1 AND aggregate_id = $2
