-- A page of the SKUs on offer whose text has every word, with the product and the stock at one place; always the total.
WITH found AS (
    SELECT sku, product_id FROM product_skus WHERE project = $1 AND search_text LIKE ALL ($2::text[])
), page AS (
    SELECT sku, product_id FROM found ORDER BY sku LIMIT $4 OFFSET $5
)
SELECT counted.total, page.sku, p.document, i.available_quantity
FROM (SELECT count(*) AS total FROM found) AS counted
LEFT JOIN page ON true
LEFT JOIN products p ON p.project = $1 AND p.id = page.product_id
LEFT JOIN inventory i ON i.project = $1 AND i.sku = page.sku AND i.channel_id = $3
ORDER BY page.sku
