-- Why a boundary was not committed although the claim still stands: a visit that is further on is kept, or
-- the log is full. Nothing, where the claim does not stand.
--
-- $1 run, $2 fence, $3 worker, $4 sequence
SELECT EXISTS (SELECT FROM visits WHERE run = key AND sequence > $4) AS passed
FROM runs JOIN workers ON workers.id = worker AND lease_until > clock_timestamp()
WHERE runs.id = $1 AND fence = $2 AND worker = $3 AND taken
