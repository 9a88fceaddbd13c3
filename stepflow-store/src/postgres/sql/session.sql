-- How every connection is set up; what the store relies on does not depend on the server's defaults.
--
-- A commit is on the disk when it has been answered. Each statement sees what was committed before it began,
-- and looks at a row again once it has its lock.
--
-- $1 schema, $2 milliseconds that a statement may take
SELECT
    set_config('search_path', quote_ident($1) || ', pg_temp', false),
    set_config('statement_timeout', $2, false),
    set_config('default_transaction_isolation', 'read committed', false),
    set_config(
        'synchronous_commit',
        CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END,
        false
    ),
    -- Short statements only: compiling one takes longer than carrying it out.
    set_config('jit', 'off', false),
    -- A worker's own connection may rest for as long as its lease; servers before 14 have no such limit.
    CASE WHEN current_setting('idle_session_timeout', true) IS NOT NULL
        THEN set_config('idle_session_timeout', '0', false)
    END
