-- $1 id, $2 owner, $3 wizard, $4 submission, $5 idle and $6 absolute time in microseconds, $7 state,
-- $8 how many per owner, $9 how many in total
SELECT outcome, made_at, over_at FROM add_wizard($1, $2, $3, $4, $5, $6, $7, $8, $9)
