-- Submits a cart at the version decided on: closes it, takes the stock, inserts the order, both events and the answer.
-- Locks the cart, then the stock by SKU and place; where something is short nothing happens, and which SKUs are where is answered.
WITH held AS (
    SELECT id FROM carts WHERE project = $1 AND id = $2 AND version = $3 FOR UPDATE
), wanted AS (
    SELECT * FROM unnest($21::text[], $22::text[], $23::bigint[], $24::boolean[])
        AS stock (sku, channel_id, quantity, is_strict)
), locked AS (
    SELECT i.id, i.sku, i.channel_id, i.available_quantity, i.restockable_in_days, w.quantity
    FROM held
    CROSS JOIN wanted w
    JOIN inventory i ON i.project = $1 AND i.sku = w.sku AND i.channel_id = w.channel_id
    ORDER BY i.sku, i.channel_id
    FOR UPDATE OF i
), short AS (
    SELECT w.sku, w.channel_id
    FROM held
    CROSS JOIN wanted w
    LEFT JOIN locked l ON l.sku = w.sku AND l.channel_id = w.channel_id
    WHERE l.id IS NULL
       OR (w.is_strict AND l.restockable_in_days IS NULL AND l.available_quantity < w.quantity)
), changed AS (
    UPDATE carts
    SET version = $4, state = 'Ordered', site = $5, document = $6, head = $7, modified_at = $8
    WHERE project = $1 AND id = (SELECT id FROM held) AND version = $3 AND NOT EXISTS (SELECT FROM short)
    RETURNING project, id, owner, store, site
), taken AS (
    UPDATE inventory i
    SET available_quantity = greatest(i.available_quantity - l.quantity, 0), version = i.version + 1, modified_at = $8
    FROM locked l, changed
    WHERE i.project = $1 AND i.id = l.id
), ordered AS (
    INSERT INTO orders (project, id, version, status, owner, site, store, order_number, cart_id, document, head,
                        created_at, modified_at)
    SELECT project, $13, 1, 'Submitted', owner, site, store, $14, id, $15, $16, $8, $8 FROM changed
), cart_event AS (
    INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
    SELECT project, id, $3, $4, $8, $9, $10, $11, $12, $7 FROM changed
), order_event AS (
    INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
    SELECT project, $13, 0, 1, $8, $17, $18, $19, $20, $16 FROM changed
), answered AS (
    INSERT INTO answers (project, resource, key, request_hash, created, answer, at)
    SELECT project, $25, $26, $27, true, $15, $8 FROM changed WHERE $26::text IS NOT NULL
)
SELECT EXISTS (SELECT FROM changed) AS is_done,
       (SELECT array_agg(sku ORDER BY sku, channel_id) FROM short) AS short_skus,
       (SELECT array_agg(channel_id ORDER BY sku, channel_id) FROM short) AS short_channel_ids
