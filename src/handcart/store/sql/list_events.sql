-- The events of a cart or an order, the newest first.
SELECT body, personal FROM events WHERE project = $1 AND aggregate_id = $2 ORDER BY version_to DESC LIMIT $3
