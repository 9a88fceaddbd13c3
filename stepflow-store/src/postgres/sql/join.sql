-- Makes a worker known, on the connection that holds its lock.
--
-- $1 worker, $2 lease in microseconds, $3 lock
INSERT INTO workers (id, lease_until, lock, life)
VALUES (
    $1,
    clock_timestamp() + $2::bigint * interval '1 microsecond',
    $3,
    (SELECT life FROM lives WHERE started = pg_postmaster_start_time())
)
ON CONFLICT (id) DO NOTHING
RETURNING id
