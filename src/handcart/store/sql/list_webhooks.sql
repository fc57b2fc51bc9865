-- The subscriptions of a project.
SELECT document FROM webhooks WHERE project = $1 ORDER BY event
