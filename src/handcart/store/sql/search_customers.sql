-- A page of the customers who have every term, in their row, their orders' numbers or their company, the best first; always the total.
WITH patterns AS (
    SELECT term, pattern FROM unnest($2::int[], $3::text[]) AS p (term, pattern)
), known AS (
    SELECT term, customer_id, NULL AS order_number, 3 AS score
    FROM unnest($5::int[], $6::uuid[]) AS u (term, customer_id)
    UNION ALL
    SELECT number.term, substr(o.owner, 10)::uuid, o.order_number,
           CASE WHEN o.order_number = number.beginning THEN 1000 ELSE 100 END
    FROM unnest($7::int[], $8::text[], $9::text[]) AS number (term, beginning, ending)
    CROSS JOIN LATERAL (
        SELECT owner, order_number FROM orders
        WHERE project = $1 AND order_number >= number.beginning AND order_number < number.ending
          AND left(owner, 9) = 'customer:'
        ORDER BY order_number LIMIT 100
    ) AS o
), found AS (
    SELECT c.id, c.modified_at, sum(hit.score) AS score
    FROM (
        -- What the first term finds is narrowed by the others.
        SELECT id, modified_at, stores, search_text FROM customers
        WHERE project = $1 AND search_text LIKE ANY ($10::text[])
        UNION ALL
        SELECT id, modified_at, stores, search_text FROM customers
        WHERE project = $1 AND id = ANY (ARRAY(SELECT customer_id FROM known WHERE term = 0))
          AND NOT search_text LIKE ANY ($10)
    ) AS c
    CROSS JOIN LATERAL (
        SELECT each.term, max(each.score) AS score
        FROM (
            SELECT p.term,
                   CASE WHEN c.search_text LIKE '%:' || ($4::text[])[p.term + 1] || E'\n%' THEN 4
                        WHEN c.search_text LIKE ANY (ARRAY['%:' || ($4::text[])[p.term + 1] || '%',
                                                           '% ' || ($4::text[])[p.term + 1] || '%']) THEN 2
                        ELSE 1 END AS score
            FROM patterns p
            WHERE c.search_text LIKE p.pattern
            UNION ALL
            SELECT k.term, k.score FROM known k WHERE k.customer_id = c.id
        ) AS each
        GROUP BY each.term
    ) AS hit
    WHERE $11::text IS NULL OR c.stores = '{}' OR $11 = ANY (c.stores)
    GROUP BY c.id, c.modified_at
    HAVING count(*) = cardinality($4::text[])
), page AS (
    SELECT id, score, modified_at FROM found ORDER BY score DESC, modified_at DESC, id LIMIT $12 OFFSET $13
)
SELECT counted.total, c.document,
       ARRAY(SELECT DISTINCT left(line, 1) FROM string_to_table(c.search_text, E'\n') AS line, patterns p
             WHERE line || E'\n' LIKE p.pattern) AS fields,
       (SELECT min(k.order_number) FROM known k WHERE k.customer_id = c.id) AS order_number
FROM (SELECT count(*) AS total FROM found) AS counted
LEFT JOIN page ON true
LEFT JOIN customers c ON c.project = $1 AND c.id = page.id
ORDER BY page.score DESC, page.modified_at DESC, page.id
