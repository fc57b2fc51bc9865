-- An open takeover of this holder, kept open until the transaction ends.
SELECT 1 FROM takeovers
WHERE project = $1 AND id = $2 AND holder = $3 AND state = 'Open' AND lease_until > $4
FOR SHARE
