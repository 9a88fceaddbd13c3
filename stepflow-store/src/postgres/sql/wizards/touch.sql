-- $1 id, $2 owner
UPDATE wizards SET expires_at = least(deadline, statement_timestamp() + idle * interval '1 microsecond')
WHERE id = $1 AND owner = $2 AND (phase = 'completing' OR expires_at > statement_timestamp())
RETURNING expires_at
