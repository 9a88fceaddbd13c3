-- Text, never jsonb: what was saved has to come back byte for byte, the floats with every digit, the keys in
-- their order. jsonb rewrites all of that, and refuses the escape of a NUL character besides.

CREATE TABLE definitions (
    key text COLLATE "C" PRIMARY KEY,
    fingerprint text NOT NULL,
    json text NOT NULL
);

CREATE TABLE workers (
    id text COLLATE "C" PRIMARY KEY,
    lease_until timestamptz NOT NULL,
    -- The advisory lock that the worker's own connection holds, and the life of the server under which it was
    -- taken; null for a worker whose end nobody can know of.
    lock bigint,
    life uuid
);

-- One row: the life of the server. A server that is started anew has another start; one that recovered from a
-- crash has lost what is unlogged. Both have lost every advisory lock, and none of their holders need be
-- gone.
CREATE UNLOGGED TABLE lives (
    started timestamptz PRIMARY KEY,
    life uuid NOT NULL
);

CREATE TABLE runs (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    workflow text COLLATE "C" NOT NULL,
    definition text COLLATE "C" NOT NULL REFERENCES definitions,
    status text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    fence bigint NOT NULL,
    -- Who holds it if it is taken and their lease lasts; otherwise who held it last.
    worker text COLLATE "C",
    taken boolean NOT NULL,
    claims integer NOT NULL,
    due timestamptz,
    step text,
    head text NOT NULL,
    answer text,
    hold text,
    cancel text,
    -- How many entries its log has.
    noted integer NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    updated_at timestamptz NOT NULL,
    -- What is changed by hand is held against what can be read again.
    CHECK (octet_length(id) BETWEEN 1 AND 255),
    CHECK (status IN ('cancelled', 'failed', 'held', 'paused', 'ready', 'succeeded', 'unsettled')),
    CHECK (version >= 1 AND fence >= 0 AND claims >= 0 AND noted >= 0),
    CHECK (worker IS NOT NULL OR NOT taken),
    CHECK (isfinite(created_at) AND isfinite(updated_at)),
    CHECK (due IS NULL OR isfinite(due)),
    CHECK (finished_at IS NULL OR isfinite(finished_at))
)
-- Room for the next version of a row on its own page: a step changes no column that has an index, so that the
-- indexes are left alone as long as the page has room.
WITH (fillfactor = 70);

CREATE INDEX runs_ready ON runs (coalesce(due, created_at), id) WHERE status = 'ready';
CREATE INDEX runs_listed ON runs (created_at, id);
CREATE INDEX runs_listed_by_status ON runs (status, created_at, id);
CREATE INDEX runs_listed_by_workflow ON runs (workflow, created_at, id);
CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX runs_by_worker ON runs (worker) WHERE taken;
CREATE INDEX runs_by_definition ON runs (definition);

CREATE TABLE visits (
    run bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    sequence integer NOT NULL CHECK (sequence >= 0),
    at timestamptz NOT NULL CHECK (isfinite(at)),
    step text NOT NULL,
    result text NOT NULL,
    -- Null where it is that of the visit before.
    state text,
    PRIMARY KEY (run, sequence)
);

CREATE TABLE events (
    run bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 1),
    at timestamptz NOT NULL CHECK (isfinite(at)),
    kind text COLLATE "C" NOT NULL,
    by text,
    gate text COLLATE "C",
    data text NOT NULL,
    PRIMARY KEY (run, number)
);

-- One decision for each gate, whoever asks.
CREATE UNIQUE INDEX events_decided ON events (run, gate) WHERE kind = 'decided';
