-- $1 id, $2 owner
SELECT
    id, owner, wizard, revision, phase,
    phase = 'completing' AND coalesce(lease_until > statement_timestamp(), false) AS leased,
    submission, state, receipt, created_at, updated_at, expires_at,
    phase <> 'completing' AND expires_at <= statement_timestamp() AS expired
FROM wizards
WHERE id = $1 AND owner = $2
