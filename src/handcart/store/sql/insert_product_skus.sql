-- The SKUs of a product, each with the text that a search finds it by, or none where it is not on offer.
INSERT INTO product_skus (project, product_id, sku, search_text)
SELECT $1, $2, sku, search_text FROM unnest($3::text[], $4::text[]) AS row (sku, search_text)
