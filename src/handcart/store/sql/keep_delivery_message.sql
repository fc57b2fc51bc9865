-- Keeps what a delivery sends, unless it has something already; answers what it has now.
UPDATE webhook_deliveries SET message = coalesce(message, $3) WHERE project = $1 AND id = $2 RETURNING message
