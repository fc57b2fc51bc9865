-- Who else than this member of staff has taken a cart over, and until when.
SELECT s.name, t.lease_until
FROM takeovers t
JOIN staff s ON s.project = t.project AND s.id = t.holder
WHERE t.project = $1 AND t.cart_id = $2 AND t.state = 'Open' AND t.holder <> $3 AND t.lease_until > $4
