-- A takeover by its id, locked; before any owner or cart.
SELECT document FROM takeovers WHERE project = $1 AND id = $2 FOR UPDATE
