-- $1 workflow, $2 statuses, $3 created before, $4 created since, $5 unchanged since, $6 and $7 the place
-- where the page before ended, $8 how many
SELECT
    id,
    workflow,
    status,
    taken AND EXISTS (SELECT FROM workers WHERE workers.id = worker AND lease_until > clock_timestamp()) AS held,
    due,
    step,
    head,
    hold,
    created_at,
    updated_at,
    finished_at
FROM runs
WHERE ($1::text IS NULL OR workflow = $1)
    AND (cardinality($2::text[]) = 0 OR status = ANY ($2))
    AND created_at < coalesce($3::timestamptz, 'infinity')
    AND created_at >= coalesce($4::timestamptz, '-infinity')
    AND updated_at < coalesce($5::timestamptz, 'infinity')
    AND (created_at, id) < (coalesce($6::timestamptz, 'infinity'), coalesce($7::text, ''))
ORDER BY created_at DESC, id DESC
LIMIT $8
