"""Live streams over HTTP: server-sent events."""
