-- Commits a boundary.
--
-- The UPDATE takes the row's lock, waiting for whoever has it, and then looks at the newest version of the
-- row: if another worker took the run in the meantime, the fence is another one, and nothing below happens.
-- The lease is looked at as the statement sees it. A lease that somebody ends at this very moment may pass;
-- that does no harm, for a run changes hands by its fence alone, and the fence has not changed.
--
-- $1 run, $2 fence, $3 worker, $4 status, $5 due, $6 step, $7 head, $8 release,
-- $9 to $12 visit, $13 to $16 event, $17 how many events there may be
WITH advanced AS (
    UPDATE runs SET
        status = $4,
        version = version + 1,
        taken = NOT $8,
        claims = 0,
        due = $5,
        step = $6,
        head = $7,
        answer = NULL,
        noted = noted + CASE WHEN $13::text IS NULL THEN 0 ELSE 1 END,
        finished_at = CASE
            WHEN $4 IN ('cancelled', 'failed', 'succeeded') THEN coalesce(finished_at, now)
        END,
        updated_at = now
    FROM (SELECT clock_timestamp() AS now) AS clock
    WHERE id = $1 AND fence = $2 AND worker = $3 AND taken
        AND EXISTS (SELECT FROM workers WHERE workers.id = $3 AND lease_until > clock_timestamp())
        AND ($9::int IS NULL OR NOT EXISTS (SELECT FROM visits WHERE run = key AND sequence > $9))
        AND ($13::text IS NULL OR noted < $17)
    RETURNING key, cancel, noted, updated_at
), visited AS (
    INSERT INTO visits (run, sequence, at, step, result, state)
    SELECT key, $9, updated_at, $10, $11, $12 FROM advanced WHERE $9 IS NOT NULL
    ON CONFLICT (run, sequence) DO UPDATE SET
        at = excluded.at,
        step = excluded.step,
        result = excluded.result,
        state = coalesce(excluded.state, visits.state)
), logged AS (
    INSERT INTO events (run, number, at, kind, by, gate, data)
    SELECT key, noted, updated_at, $13, $14, $15, $16 FROM advanced WHERE $13 IS NOT NULL
)
SELECT cancel IS NOT NULL AS cancelled FROM advanced
