-- $1 grace in microseconds, $2 how many
WITH over AS MATERIALIZED (
    SELECT key FROM wizards
    WHERE phase <> 'completing' AND expires_at <= statement_timestamp() - $1::bigint * interval '1 microsecond'
    ORDER BY expires_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), deleted AS (
    DELETE FROM wizards WHERE key = ANY (ARRAY (SELECT key FROM over)) RETURNING key
)
SELECT count(*) FROM deleted
