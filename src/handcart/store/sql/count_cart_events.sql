-- How many events a cart or an order has.
SELECT count(*) FROM events WHERE project = $1 AND aggregate_id = $2
