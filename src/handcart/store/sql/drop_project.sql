-- Deletes a project with all that is its own; tables that reference their project follow it by themselves.
WITH
    dropped_tokens AS (DELETE FROM tokens WHERE project = $1),
    dropped_sign_in_failures AS (DELETE FROM sign_in_failures WHERE project = $1),
    dropped_anonymous_sessions AS (DELETE FROM anonymous_sessions WHERE project = $1),
    dropped_carts AS (DELETE FROM carts WHERE project = $1),
    dropped_events AS (DELETE FROM events WHERE project = $1),
    dropped_answers AS (DELETE FROM answers WHERE project = $1),
    dropped_orders AS (DELETE FROM orders WHERE project = $1),
    dropped_merges AS (DELETE FROM merges WHERE project = $1),
    dropped_presences AS (DELETE FROM presences WHERE project = $1)
DELETE FROM projects WHERE key = $1
