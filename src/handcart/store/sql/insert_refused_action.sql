-- Keeps that a member of staff was not allowed to do something.
INSERT INTO refused_actions (project, at, staff_id, request, cart_id, reason) VALUES ($1, $2, $3, $4, $5, $6)
