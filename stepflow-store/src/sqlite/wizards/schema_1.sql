-- Times are microseconds since 1970, by the clock of SQLite; `idle` is a length of time.
CREATE TABLE wizards (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    owner       TEXT NOT NULL,
    wizard      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    phase       TEXT NOT NULL,
    lease_until INTEGER,
    submission  TEXT,
    idle        INTEGER NOT NULL,
    deadline    INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    -- The digest of the secret of the one link that leads here.
    link        TEXT,
    link_until  INTEGER,
    receipt     TEXT,
    state       TEXT
) STRICT;

CREATE INDEX wizards_owner ON wizards (owner, updated_at);
CREATE INDEX wizards_expiring ON wizards (expires_at) WHERE phase <> 'completing';
CREATE INDEX wizards_completing ON wizards (wizard, lease_until) WHERE phase = 'completing';
CREATE UNIQUE INDEX wizards_link ON wizards (link) WHERE link IS NOT NULL;
