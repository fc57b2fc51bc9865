-- How much alike two words have to be, for the rest of the transaction; the extension's own measure is too strict for names of four letters.
SELECT set_config('pg_trgm.word_similarity_threshold', '0.4', true)
