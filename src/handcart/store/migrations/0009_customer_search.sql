-- What customers are found by while the phone rings.

SET lock_timeout = '5s';

CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE customers ADD COLUMN search_text text NOT NULL DEFAULT '';

-- As searchable_text in domain/customer_search.py has it, so nearly that nobody notices: the next write makes it exact.
UPDATE customers SET search_text = (
    SELECT coalesce(string_agg(DISTINCT line.tag || ':' || line.words || E'\n', ''), '')
    FROM (
        SELECT named.tag, CASE named.tag
                   WHEN 'P' THEN ltrim(regexp_replace(replace(named.text, '(0)', ''), '[^0-9]', '', 'g'), '0')
                   ELSE btrim(regexp_replace(replace(lower(regexp_replace(
                            normalize(named.text, NFKD), U&'[\0300-\036F]', '', 'g')), 'ß', 'ss'), '\s+', ' ', 'g'))
               END AS words
        FROM (SELECT convert_from(document, 'UTF8')::jsonb AS customer) AS read,
        LATERAL (
            SELECT tag, customer ->> field AS text
            FROM (VALUES ('E', 'email'), ('F', 'firstName'), ('M', 'middleName'), ('L', 'lastName'),
                         ('N', 'customerNumber'), ('C', 'companyName')) AS fields (tag, field)
            UNION ALL
            SELECT tag, address ->> field
            FROM jsonb_array_elements(customer -> 'addresses') AS address,
                 (VALUES ('C', 'company'), ('P', 'phone'), ('P', 'mobile')) AS fields (tag, field)
        ) AS named
    ) AS line
    WHERE line.words <> ''
);

CREATE INDEX customers_by_words ON customers USING gin (search_text gin_trgm_ops);

-- By code points, whatever the database sorts by: only then is the beginning of a number found by the index.
ALTER TABLE orders ALTER COLUMN order_number TYPE text COLLATE "C";
