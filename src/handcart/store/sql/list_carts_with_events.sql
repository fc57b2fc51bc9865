-- The next carts after an id, each with its order, the receipt of its merge, and its events in order of their versions.
SELECT c.id, c.version, c.state, c.owner, c.site, c.name, c.key, c.store, c.bill_to, c.ship_to, c.document, c.head,
       o.id AS order_id, m.document AS receipt, e.*
FROM (
    SELECT * FROM carts WHERE project = $1 AND id > $2 ORDER BY id LIMIT $3
) c
LEFT JOIN orders o
    ON o.project = $1 AND o.cart_id = c.id AND o.status NOT IN ('Pending', 'Cancelled')
LEFT JOIN merge_sources s ON s.project = $1 AND s.cart_id = c.id
LEFT JOIN merges m ON m.project = $1 AND m.id = s.merge_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(version_from ORDER BY version_to), '{}') AS versions_from,
           coalesce(array_agg(version_to ORDER BY version_to), '{}') AS versions_to,
           array_agg(body ORDER BY version_to) AS bodies,
           array_agg(personal ORDER BY version_to) AS personals,
           array_agg(salt ORDER BY version_to) AS salts,
           array_agg(personal_hash ORDER BY version_to) AS personal_hashes,
           array_agg(head ORDER BY version_to) AS heads
    FROM events
    WHERE project = $1 AND aggregate_id = c.id
) e
ORDER BY c.id
