-- Takes stock within a transaction, all of it or, where something is short, nothing; locked by SKU and place.
WITH wanted AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[])
        AS stock (sku, channel_id, quantity, is_strict)
), locked AS (
    SELECT i.id, i.sku, i.channel_id, i.available_quantity, i.restockable_in_days, w.quantity
    FROM wanted w
    JOIN inventory i ON i.project = $1 AND i.sku = w.sku AND i.channel_id = w.channel_id
    ORDER BY i.sku, i.channel_id
    FOR UPDATE OF i
), short AS (
    SELECT w.sku, w.channel_id
    FROM wanted w
    LEFT JOIN locked l ON l.sku = w.sku AND l.channel_id = w.channel_id
    WHERE l.id IS NULL
       OR (w.is_strict AND l.restockable_in_days IS NULL AND l.available_quantity < w.quantity)
), taken AS (
    UPDATE inventory i
    SET available_quantity = greatest(i.available_quantity - l.quantity, 0), version = i.version + 1, modified_at = $6
    FROM locked l
    WHERE i.project = $1 AND i.id = l.id AND NOT EXISTS (SELECT FROM short)
)
SELECT (SELECT array_agg(sku ORDER BY sku, channel_id) FROM short) AS short_skus,
       (SELECT array_agg(channel_id ORDER BY sku, channel_id) FROM short) AS short_channel_ids
