-- A page of the customers who have something spelled like every term, the most alike first; always the total.
WITH spellings AS (
    SELECT term, spelling FROM unnest($2::int[], $3::text[]) AS s (term, spelling)
), found AS (
    SELECT c.id, c.modified_at, sum(hit.likeness) AS likeness
    FROM (
        -- What the first term finds is narrowed by the others. Where thousands are alike, nobody looks for the best of them.
        SELECT id, modified_at, search_text FROM customers
        WHERE project = $1 AND search_text %> ANY ($4::text[])
          AND ($5::text IS NULL OR stores = '{}' OR $5 = ANY (stores))
        LIMIT 5000
    ) AS c
    CROSS JOIN LATERAL (
        SELECT s.term, max(word_similarity(s.spelling, c.search_text)) AS likeness
        FROM spellings s
        GROUP BY s.term
    ) AS hit
    WHERE hit.likeness >= current_setting('pg_trgm.word_similarity_threshold')::real
    GROUP BY c.id, c.modified_at
    HAVING count(*) = $6
), page AS (
    SELECT id, likeness, modified_at FROM found ORDER BY likeness DESC, modified_at DESC, id LIMIT $7 OFFSET $8
)
SELECT counted.total, c.document,
       ARRAY(SELECT DISTINCT left(line, 1) FROM string_to_table(c.search_text, E'\n') AS line, spellings s
             WHERE s.spelling <% substr(line, 3)) AS fields,
       NULL AS order_number
FROM (SELECT count(*) AS total FROM found) AS counted
LEFT JOIN page ON true
LEFT JOIN customers c ON c.project = $1 AND c.id = page.id
ORDER BY page.likeness DESC, page.modified_at DESC, page.id
