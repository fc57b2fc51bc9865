-- The receipt of a merge, and its sources, each of which is merged once.
WITH receipt AS (
    INSERT INTO merges (project, id, version, state, target_id, customer_id, document, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    RETURNING project, id
)
INSERT INTO merge_sources (project, cart_id, merge_id)
SELECT project, source, id FROM receipt CROSS JOIN unnest($9::uuid[]) AS source
