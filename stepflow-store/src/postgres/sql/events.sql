-- $1 run, $2 how many
SELECT number, at, kind, by, gate, data
FROM events JOIN runs ON key = run
WHERE id = $1
ORDER BY number
LIMIT $2
