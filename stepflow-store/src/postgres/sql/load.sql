-- $1 run
SELECT
    runs.id,
    workflow,
    definitions.key,
    fingerprint,
    json,
    status,
    version,
    fence,
    worker,
    taken AND EXISTS (SELECT FROM workers WHERE workers.id = worker AND lease_until > clock_timestamp()) AS held,
    claims,
    due,
    step,
    head,
    (
        SELECT state FROM visits WHERE run = runs.key AND state IS NOT NULL ORDER BY sequence DESC LIMIT 1
    ) AS state,
    answer,
    hold,
    cancel,
    created_at,
    updated_at,
    finished_at
FROM runs JOIN definitions ON definitions.key = definition
WHERE runs.id = $1
