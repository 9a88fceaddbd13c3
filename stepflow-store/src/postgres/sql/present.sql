-- The life of the server, and a lock that nobody else ever asks for, held for as long as this connection
-- lasts.
WITH born AS (
    INSERT INTO lives (started, life) VALUES (pg_postmaster_start_time(), gen_random_uuid())
    ON CONFLICT (started) DO NOTHING
), past AS (
    DELETE FROM lives WHERE started <> pg_postmaster_start_time()
), drawn AS MATERIALIZED (
    SELECT hashtextextended(gen_random_uuid()::text, 0) AS lock
)
SELECT lock, pg_try_advisory_lock(lock) AS taken FROM drawn
