-- $1 digest of the link's secret, $2 to whom
UPDATE wizards SET owner = $2, link = NULL, link_until = NULL
WHERE link = $1 AND link_until > statement_timestamp()
    AND phase = 'open' AND expires_at > statement_timestamp()
RETURNING id, owner
