-- The open takeover of a cart, whether or not its lease has run out.
SELECT document FROM takeovers WHERE project = $1 AND cart_id = $2 AND state = 'Open'
