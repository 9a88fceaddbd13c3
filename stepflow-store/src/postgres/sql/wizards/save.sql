-- Every column that may be set to null has a parameter that says whether it is set. The idle time begins anew, up to
-- the deadline.
--
-- $1 id, $2 owner, $3 revision, $4 whether $5 state, $6 whether $7 submission, $8 phase, $9 lease in microseconds,
-- $10 receipt, $11 how long it is kept, in microseconds
UPDATE wizards SET
    revision = revision + 1,
    updated_at = statement_timestamp(),
    state = CASE WHEN $4::boolean THEN $5::text ELSE state END,
    submission = CASE WHEN $6::boolean THEN $7::text ELSE submission END,
    phase = coalesce($8::text, phase),
    lease_until = statement_timestamp() + $9::bigint * interval '1 microsecond',
    receipt = coalesce($10::text, receipt),
    link = CASE WHEN coalesce($8::text, phase) = 'open' THEN link END,
    link_until = CASE WHEN coalesce($8::text, phase) = 'open' THEN link_until END,
    idle = coalesce($11::bigint, idle),
    deadline = coalesce(statement_timestamp() + $11::bigint * interval '1 microsecond', deadline),
    expires_at = CASE
        WHEN $11::bigint IS NULL THEN least(deadline, statement_timestamp() + idle * interval '1 microsecond')
        ELSE statement_timestamp() + $11::bigint * interval '1 microsecond'
    END
WHERE id = $1 AND owner = $2 AND revision = $3
    AND (phase = 'completing' OR expires_at > statement_timestamp())
RETURNING revision, updated_at, expires_at
