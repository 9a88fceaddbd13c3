-- Ends the leases of workers whose connection is gone, and with it their lock.
--
-- Locks that were taken in an earlier life of the server say nothing: all of them went with it. A worker that
-- lost its connection comes back with another lock, and renews in one statement with telling of it. If that
-- commits first, this statement looks at the row again and finds the new lock taken; if this one does, the
-- worker finds its lease over.
WITH buried AS (
    UPDATE workers SET lease_until = clock_timestamp()
    WHERE lease_until > clock_timestamp()
        AND life = (SELECT life FROM lives WHERE started = pg_postmaster_start_time())
        AND pg_try_advisory_xact_lock(lock)
    RETURNING id
)
SELECT count(*) FROM buried
