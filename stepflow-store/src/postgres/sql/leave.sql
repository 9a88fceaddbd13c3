-- $1 worker
WITH released AS (
    UPDATE runs SET taken = false, version = version + 1 WHERE worker = $1 AND taken
)
DELETE FROM workers WHERE id = $1
