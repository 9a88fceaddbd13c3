-- Takes hold of runs that are ready, due and nobody's; the longest due first.
--
-- Whoever locks a row first has it: the others pass it by. Between the moment at which this statement looks
-- and the one at which it locks, somebody may have taken the run, carried it on and given it up again. The
-- row would then be of today and its state, which lies in another table, of yesterday; so a row that has
-- changed since the look is left for the next time (`seen`).
--
-- The leases of others are held against the time at which this statement arrived, which is before its look:
-- a lease that was over by then is over for good.
--
-- What no worker could read is left where it is, or it would come first for ever: a run that is larger than
-- the limits, or has lost its state.
--
-- $1 worker, $2 workflows, $3 how many, $4 and $5 limits of the head and the state in bytes
WITH alive AS MATERIALIZED (
    SELECT FROM workers WHERE id = $1 AND lease_until > clock_timestamp()
), due AS MATERIALIZED (
    SELECT runs.key, runs.version FROM runs
    WHERE status = 'ready'
        AND coalesce(runs.due, created_at) <= statement_timestamp()
        AND workflow = ANY ($2)
        AND NOT (taken AND EXISTS (
            SELECT FROM workers WHERE workers.id = runs.worker AND lease_until > statement_timestamp()
        ))
        AND greatest(octet_length(head), octet_length(answer), octet_length(hold), octet_length(cancel)) <= $4
        AND (
            SELECT octet_length(state) FROM visits
            WHERE run = runs.key AND state IS NOT NULL
            ORDER BY sequence DESC
            LIMIT 1
        ) <= $5
        AND EXISTS (SELECT FROM alive)
    ORDER BY coalesce(runs.due, created_at), runs.id
    LIMIT $3
    FOR UPDATE OF runs SKIP LOCKED
), seen AS MATERIALIZED (
    SELECT key, version FROM runs WHERE key = ANY (ARRAY (SELECT key FROM due))
), claimed AS (
    -- By an array, not by a join: the planner, who does not know how few they are, would read the whole table.
    UPDATE runs SET
        worker = $1,
        taken = true,
        version = version + 1,
        fence = fence + 1,
        claims = claims + 1
    WHERE key = ANY (ARRAY (SELECT key FROM due JOIN seen USING (key, version)))
    RETURNING *
)
SELECT
    claimed.id,
    workflow,
    definitions.key,
    fingerprint,
    json,
    status,
    version,
    fence,
    worker,
    true AS held,
    claims,
    due,
    step,
    head,
    (
        SELECT state FROM visits WHERE run = claimed.key AND state IS NOT NULL ORDER BY sequence DESC LIMIT 1
    ) AS state,
    answer,
    hold,
    cancel,
    created_at,
    updated_at,
    finished_at
FROM alive
LEFT JOIN claimed ON true
LEFT JOIN definitions ON definitions.key = claimed.definition
ORDER BY coalesce(due, created_at), claimed.id
