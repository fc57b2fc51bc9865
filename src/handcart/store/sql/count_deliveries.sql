-- How many deliveries a subscription has, in one state or in any.
SELECT count(*) AS total FROM webhook_deliveries
WHERE project = $1 AND event = $2 AND ($3::text IS NULL OR state = $3)
