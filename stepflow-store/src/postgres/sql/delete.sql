-- Visits and events go with their run. Taking hold of a run raises its version: nobody takes it between the
-- look at the lease and the deletion.
--
-- $1 run, $2 version
WITH deleted AS (
    DELETE FROM runs
    WHERE id = $1 AND version = $2
        AND NOT (taken AND EXISTS (
            SELECT FROM workers WHERE workers.id = worker AND lease_until > clock_timestamp()
        ))
    RETURNING key
)
SELECT count(*) FROM deleted
