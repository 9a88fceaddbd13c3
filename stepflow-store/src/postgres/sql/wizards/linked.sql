-- $1 digest of the link's secret
SELECT
    id, owner, wizard, revision, phase, false AS leased,
    submission, state, receipt, created_at, updated_at, expires_at, false AS expired
FROM wizards
WHERE link = $1 AND link_until > statement_timestamp()
    AND phase = 'open' AND expires_at > statement_timestamp()
