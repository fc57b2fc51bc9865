-- A subscription with its secrets.
SELECT document, secret, former_secret, former_secret_until FROM webhooks WHERE project = $1 AND event = $2
