-- A delivery with what it sends, and the one of the same cart that has to go first.
SELECT d.document, d.message, (
    SELECT earlier.document FROM webhook_deliveries earlier
    WHERE earlier.project = d.project AND earlier.event = d.event AND earlier.cart_id = d.cart_id
      AND earlier.state = 'Pending' AND earlier.number < d.number
    ORDER BY earlier.number LIMIT 1) AS earlier
FROM webhook_deliveries d
WHERE d.project = $1 AND d.id = $2
