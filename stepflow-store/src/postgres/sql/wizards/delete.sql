-- $1 id, $2 owner, $3 revision
WITH deleted AS (
    DELETE FROM wizards WHERE id = $1 AND owner = $2 AND revision = $3 RETURNING key
)
SELECT count(*) FROM deleted
