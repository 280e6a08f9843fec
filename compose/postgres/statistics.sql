-- Runs once, when the database is created. On an older volume: run it by hand.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
