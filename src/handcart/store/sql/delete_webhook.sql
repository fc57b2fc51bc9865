-- Deletes a subscription; its deliveries follow it by themselves.
DELETE FROM webhooks WHERE project = $1 AND event = $2
