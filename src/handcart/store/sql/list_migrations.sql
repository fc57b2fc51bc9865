-- The names of all migrations that this database has been through.
SELECT name FROM schema_migrations
