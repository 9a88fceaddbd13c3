-- $1 from whom, $2 to whom
WITH moved AS (
    UPDATE wizards SET owner = $2, link = NULL, link_until = NULL WHERE owner = $1 RETURNING key
)
SELECT count(*) FROM moved
