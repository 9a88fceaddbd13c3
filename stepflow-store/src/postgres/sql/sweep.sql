-- $1 age in microseconds, $2 how many
WITH old AS MATERIALIZED (
    SELECT key FROM runs
    WHERE finished_at < statement_timestamp() - $1::bigint * interval '1 microsecond'
        AND NOT (taken AND EXISTS (
            SELECT FROM workers WHERE workers.id = worker AND lease_until > clock_timestamp()
        ))
    ORDER BY finished_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), deleted AS (
    DELETE FROM runs WHERE key = ANY (ARRAY (SELECT key FROM old))
    RETURNING key
)
SELECT count(*) FROM deleted
