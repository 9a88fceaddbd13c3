-- Begins a lease anew, on the connection that holds the worker's lock: whoever renews has the lock.
--
-- $1 worker, $2 lease in microseconds, $3 lock
WITH renewed AS (
    UPDATE workers SET
        lease_until = clock_timestamp() + $2::bigint * interval '1 microsecond',
        lock = $3,
        life = (SELECT life FROM lives WHERE started = pg_postmaster_start_time())
    WHERE id = $1 AND lease_until > clock_timestamp()
    RETURNING id
)
SELECT
    EXISTS (SELECT FROM renewed) AS alive,
    ARRAY (SELECT id FROM runs WHERE worker = $1 AND taken AND cancel IS NOT NULL ORDER BY id) AS cancelled,
    (
        SELECT coalesce(due, created_at) FROM runs
        WHERE status = 'ready'
            AND NOT (taken AND EXISTS (
                SELECT FROM workers WHERE workers.id = worker AND lease_until > clock_timestamp()
            ))
        ORDER BY coalesce(due, created_at)
        LIMIT 1
    ) AS next_due
