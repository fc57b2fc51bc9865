"""The small resources of a project: what clients send, what becomes of it, and update actions."""
