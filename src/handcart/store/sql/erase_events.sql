-- Shreds what is personal in the events of carts and orders; its salted hash stays.
UPDATE events SET personal = NULL, salt = NULL
WHERE project = $1 AND aggregate_id = ANY ($2::uuid[]) AND personal IS NOT NULL
