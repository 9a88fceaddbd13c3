PRAGMA application_id = 1937008247;
PRAGMA user_version = 1;

CREATE TABLE definitions (
    number      INTEGER PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    json        TEXT NOT NULL
) STRICT;

-- Times are microseconds since 1970, by the clock of SQLite.
CREATE TABLE runs (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    workflow    TEXT NOT NULL,
    definition  INTEGER NOT NULL REFERENCES definitions (number),
    status      TEXT NOT NULL,
    version     INTEGER NOT NULL,
    fence       INTEGER NOT NULL,
    -- Who holds the run, if `taken` is 1 and their lease lasts; otherwise who held it last.
    worker      TEXT,
    taken       INTEGER NOT NULL,
    claims      INTEGER NOT NULL,
    due         INTEGER,
    step        TEXT,
    -- The newest visit: its number in the table `visits`, and its place among the visits of the run.
    visit       INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    finished_at INTEGER,
    answer      TEXT,
    hold        TEXT,
    cancel      TEXT,
    head        TEXT NOT NULL
) STRICT;

-- A step that goes on writes none of the columns in these indexes, so that it touches none of their pages.
CREATE INDEX runs_at_once ON runs (created_at) WHERE status = 'ready' AND due IS NULL;
CREATE INDEX runs_due ON runs (due) WHERE status = 'ready' AND due IS NOT NULL;
CREATE INDEX runs_taken ON runs (worker) WHERE taken = 1;
CREATE INDEX runs_created ON runs (created_at);
CREATE INDEX runs_workflow ON runs (workflow, created_at);
CREATE INDEX runs_status ON runs (status, created_at);
CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX runs_definition ON runs (definition);

-- Written one after the other, whatever run they are of, and chained by `before`: so the steps of many runs
-- fill few pages. A visit without a state has that of the one before it.
CREATE TABLE visits (
    number      INTEGER PRIMARY KEY,
    run         INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    before      INTEGER,
    at          INTEGER NOT NULL,
    step        TEXT NOT NULL,
    result      TEXT NOT NULL,
    state       TEXT
) STRICT;

CREATE TABLE events (
    run         INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    by          TEXT,
    gate        TEXT,
    data        TEXT NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- One decision per gate.
CREATE UNIQUE INDEX events_decided ON events (run, gate) WHERE kind = 'decided' AND gate IS NOT NULL;

-- A number is never given twice: a lock file is named after it.
CREATE TABLE workers (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    lease_until INTEGER NOT NULL,
    -- Whether a lock on a file tells that the worker's process lives.
    present     INTEGER NOT NULL
) STRICT;
