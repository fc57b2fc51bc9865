-- Lets one load of a project's file go on at a time, also while the project does not exist yet.
SELECT pg_advisory_xact_lock(hashtextextended('handcart load ' || $1, 0))
