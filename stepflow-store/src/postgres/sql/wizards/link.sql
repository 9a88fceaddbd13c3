-- $1 id, $2 owner, $3 digest of the link's secret, $4 how long it can be used, in microseconds
UPDATE wizards SET link = $3, link_until = statement_timestamp() + $4::bigint * interval '1 microsecond'
WHERE id = $1 AND owner = $2 AND phase = 'open' AND expires_at > statement_timestamp()
RETURNING link_until
