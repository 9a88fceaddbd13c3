-- `idle` is a length of time in microseconds.
CREATE TABLE wizards (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    owner text COLLATE "C" NOT NULL,
    wizard text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    phase text COLLATE "C" NOT NULL,
    lease_until timestamptz,
    submission text COLLATE "C",
    idle bigint NOT NULL,
    deadline timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- The digest of the secret of the one link that leads here.
    link text COLLATE "C",
    link_until timestamptz,
    receipt text,
    state text
);

CREATE INDEX wizards_owner ON wizards (owner, updated_at);
CREATE INDEX wizards_expiring ON wizards (expires_at) WHERE phase <> 'completing';
CREATE INDEX wizards_completing ON wizards (wizard, lease_until) WHERE phase = 'completing';
CREATE UNIQUE INDEX wizards_link ON wizards (link) WHERE link IS NOT NULL;

-- Adds a wizard, if the caps allow that. A function, because each of its statements sees what was committed before
-- that one: callers of the same owner come one after the other, and count each other's.
CREATE FUNCTION add_wizard (
    new_id text, new_owner text, new_wizard text, new_submission text, new_idle bigint, new_absolute bigint,
    new_state text, per_owner bigint, in_total bigint
) RETURNS TABLE (outcome text, made_at timestamptz, over_at timestamptz) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('stepflow wizards of ' || new_owner, 0));
    made_at := clock_timestamp();
    IF EXISTS (SELECT FROM wizards WHERE id = new_id) THEN
        outcome := 'exists';
        RETURN NEXT;
        RETURN;
    END IF;
    IF per_owner <= (
        SELECT count(*) FROM wizards
        WHERE owner = new_owner AND (phase = 'completing' OR (phase = 'open' AND expires_at > made_at))
    ) THEN
        outcome := 'owner is full';
        RETURN NEXT;
        RETURN;
    END IF;
    -- Counts no further than it has to.
    IF in_total <= (SELECT count(*) FROM (SELECT FROM wizards LIMIT in_total) AS counted) THEN
        DELETE FROM wizards WHERE phase <> 'completing' AND expires_at <= made_at;
        IF in_total <= (SELECT count(*) FROM (SELECT FROM wizards LIMIT in_total) AS counted) THEN
            outcome := 'store is full';
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    over_at := made_at + least(new_idle, new_absolute) * interval '1 microsecond';
    INSERT INTO wizards (
        id, owner, wizard, revision, phase, submission, idle, deadline, expires_at, created_at, updated_at, state
    ) VALUES (
        new_id, new_owner, new_wizard, 1, 'open', new_submission, new_idle,
        made_at + new_absolute * interval '1 microsecond', over_at, made_at, made_at, new_state
    ) ON CONFLICT (id) DO NOTHING;
    outcome := CASE WHEN FOUND THEN 'added' ELSE 'exists' END;
    RETURN NEXT;
END
$$;
