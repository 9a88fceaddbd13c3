-- $1 owner, $2 how many
SELECT id, wizard, revision, phase, created_at, updated_at, expires_at FROM wizards
WHERE owner = $1 AND (phase = 'completing' OR expires_at > statement_timestamp())
ORDER BY updated_at DESC, id
LIMIT $2
