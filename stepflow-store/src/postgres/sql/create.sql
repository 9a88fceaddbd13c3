-- Adds a run.
--
-- $1 id, $2 workflow, $3 to $5 definition, $6 due, $7 step, $8 head, $9 worker, $10 hold,
-- $11 to $14 visits, $15 to $18 event
WITH asked AS (
    SELECT
        clock_timestamp() AS now,
        $9::text IS NULL OR EXISTS (
            SELECT FROM workers WHERE workers.id = $9 AND lease_until > clock_timestamp()
        ) AS allowed
), added AS (
    INSERT INTO runs (
        id, workflow, definition, status, version, fence, worker, taken, claims, due, step, head, hold, noted,
        created_at, updated_at
    )
    SELECT $1, $2, $3, 'ready', 1, held.count, $9, $9 IS NOT NULL, held.count, $6, $7, $8, $10, 1, now, now
    FROM asked, (SELECT CASE WHEN $9::text IS NULL THEN 0 ELSE 1 END AS count) AS held
    WHERE allowed
    ON CONFLICT (id) DO NOTHING
    RETURNING key, fence, created_at
), defined AS (
    INSERT INTO definitions (key, fingerprint, json)
    SELECT $3, $4, $5 FROM added
    ON CONFLICT (key) DO NOTHING
), visited AS (
    INSERT INTO visits (run, sequence, at, step, result, state)
    SELECT added.key, visit.sequence, added.created_at, visit.step, visit.result, visit.state
    FROM added, unnest($11::int[], $12::text[], $13::text[], $14::text[]) AS visit (sequence, step, result, state)
), logged AS (
    INSERT INTO events (run, number, at, kind, by, gate, data)
    SELECT added.key, 1, added.created_at, $15, $16, $17, $18 FROM added
)
SELECT
    (SELECT fence FROM added) AS fence,
    (SELECT allowed FROM asked) AS allowed,
    EXISTS (SELECT FROM runs WHERE id = $1) AS known
