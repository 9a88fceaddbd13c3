-- $1 wizard, $2 how many
SELECT id, owner FROM wizards
WHERE phase = 'completing' AND wizard = $1
    AND coalesce(lease_until <= statement_timestamp(), true)
ORDER BY lease_until NULLS FIRST, id
LIMIT $2
