-- $1 run, $2 how many
SELECT sequence, visits.step, result, state, at
FROM visits JOIN runs ON key = run
WHERE id = $1
ORDER BY sequence
LIMIT $2
