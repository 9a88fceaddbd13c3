-- Changes a run that still has the version the change was made for.
--
-- Of two at once the second waits for the first in its UPDATE, finds another version, and does nothing. Each
-- change of a visit raises the version with it, so that what this statement sees of the visits is what
-- belongs to the version.
--
-- $1 run, $2 version, $3 status, $4 whether due changes, $5 due, $6 whether the step changes, $7 step, $8
-- head, $9 to $11 definition, $12 whether the answer changes, $13 answer, $14 whether hold changes, $15 hold,
-- $16 whether cancel changes, $17 cancel, $18 forget from, $19 to $22 visit, $23 release, $24 to $27 event,
-- $28 how many events there may be
WITH amended AS (
    UPDATE runs SET
        definition = coalesce($9, definition),
        status = coalesce($3, status),
        version = version + 1,
        taken = taken AND NOT $23,
        claims = CASE WHEN $3::text IS NULL THEN claims ELSE 0 END,
        due = CASE WHEN $4 THEN $5 ELSE due END,
        step = CASE WHEN $6 THEN $7 ELSE step END,
        head = coalesce($8, head),
        answer = CASE WHEN $12 THEN $13 ELSE answer END,
        hold = CASE WHEN $14 THEN $15 ELSE hold END,
        cancel = CASE WHEN $16 THEN $17 ELSE cancel END,
        noted = noted + CASE WHEN $24::text IS NULL THEN 0 ELSE 1 END,
        finished_at = CASE
            WHEN coalesce($3, status) IN ('cancelled', 'failed', 'succeeded')
                THEN coalesce(finished_at, now)
        END,
        updated_at = now
    FROM (SELECT clock_timestamp() AS now) AS clock
    WHERE id = $1 AND version = $2
        AND ($19::int IS NULL OR NOT EXISTS (
            SELECT FROM visits WHERE run = key AND sequence > $19 AND ($18::int IS NULL OR sequence < $18)
        ))
        AND ($24::text IS NULL OR noted < $28)
    RETURNING key, noted, updated_at
), defined AS (
    INSERT INTO definitions (key, fingerprint, json)
    SELECT $9, $10, $11 FROM amended WHERE $9 IS NOT NULL
    ON CONFLICT (key) DO NOTHING
), forgotten AS (
    DELETE FROM visits USING amended WHERE run = key AND sequence >= $18
    RETURNING sequence
), visited AS (
    -- Counting what was forgotten makes sure that it is gone before a visit is written in its place.
    INSERT INTO visits (run, sequence, at, step, result, state)
    SELECT key, $19, updated_at, $20, $21, $22
    FROM amended, (SELECT count(*) FROM forgotten) AS before
    WHERE $19 IS NOT NULL
    ON CONFLICT (run, sequence) DO UPDATE SET
        at = excluded.at,
        step = excluded.step,
        result = excluded.result,
        state = coalesce(excluded.state, visits.state)
), logged AS (
    INSERT INTO events (run, number, at, kind, by, gate, data)
    SELECT key, noted, updated_at, $24, $25, $26, $27 FROM amended WHERE $24 IS NOT NULL
)
SELECT
    EXISTS (SELECT FROM amended) AS amended,
    -- The version was right, and still nothing changed: the log is full, or a visit that is further on is
    -- kept.
    EXISTS (SELECT FROM runs WHERE id = $1 AND version = $2 AND $24 IS NOT NULL AND noted >= $28) AS full,
    EXISTS (
        SELECT FROM runs JOIN visits ON run = key
        WHERE id = $1 AND version = $2 AND sequence > $19 AND ($18::int IS NULL OR sequence < $18)
    ) AS passed
