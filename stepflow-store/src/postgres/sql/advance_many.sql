-- Commits boundaries of many runs at once, each as `advance.sql` does: those whose claims stand, and whose
-- rows nobody has locked. The answer lacks the others; they are looked at one by one, so that none waits for,
-- or is refused because of, another.
--
-- $1 to $16 as there, but arrays; $17 how many events there may be
WITH given AS (
    SELECT * FROM unnest(
        $1::text[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::boolean[],
        $9::integer[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[]
    ) AS given (
        run, fence, worker, status, due, step, head, release,
        sequence, visit_step, result, state, kind, by, gate, data
    )
), alive AS MATERIALIZED (
    SELECT id FROM workers WHERE id = ANY ($3) AND lease_until > clock_timestamp()
), free AS MATERIALIZED (
    SELECT runs.key, given.*
    FROM given JOIN runs ON runs.id = given.run AND runs.fence = given.fence AND runs.worker = given.worker
    WHERE taken
        AND runs.worker IN (SELECT id FROM alive)
        AND (sequence IS NULL OR NOT EXISTS (
            SELECT FROM visits WHERE visits.run = key AND visits.sequence > given.sequence
        ))
        AND (kind IS NULL OR noted < $17)
    FOR UPDATE OF runs SKIP LOCKED
), advanced AS (
    UPDATE runs SET
        status = free.status,
        version = runs.version + 1,
        taken = NOT release,
        claims = 0,
        due = free.due,
        step = free.step,
        head = free.head,
        answer = NULL,
        noted = noted + CASE WHEN kind IS NULL THEN 0 ELSE 1 END,
        finished_at = CASE
            WHEN free.status IN ('cancelled', 'failed', 'succeeded') THEN coalesce(finished_at, now)
        END,
        updated_at = now
    FROM free, (SELECT clock_timestamp() AS now) AS clock
    WHERE runs.key = free.key
    RETURNING
        runs.key, cancel, noted, updated_at, run, sequence, visit_step, result, state, kind, by, gate, data
), visited AS (
    INSERT INTO visits (run, sequence, at, step, result, state)
    SELECT key, sequence, updated_at, visit_step, result, state FROM advanced WHERE sequence IS NOT NULL
    ON CONFLICT (run, sequence) DO UPDATE SET
        at = excluded.at,
        step = excluded.step,
        result = excluded.result,
        state = coalesce(excluded.state, visits.state)
), logged AS (
    INSERT INTO events (run, number, at, kind, by, gate, data)
    SELECT key, noted, updated_at, kind, by, gate, data FROM advanced WHERE kind IS NOT NULL
)
SELECT run, cancel IS NOT NULL AS cancelled FROM advanced
