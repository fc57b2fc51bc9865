-- A takeover by its id.
SELECT document FROM takeovers WHERE project = $1 AND id = $2
