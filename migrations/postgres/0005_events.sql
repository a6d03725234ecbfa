-- What contacts did, and what of it workflows still have to look at.

CREATE TABLE events (
    shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    occurred_at BIGINT NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    -- JSON object
    properties TEXT NOT NULL,
    PRIMARY KEY (shard, contact_id, occurred_at, id)
);

-- The customer's own ids of events, hashed, so that each is taken once.
CREATE TABLE event_keys (
    shard SMALLINT NOT NULL,
    key_hash UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (shard, key_hash)
);

-- Written in the ingest's own transaction, deleted in the enroller's: never a
-- cursor over event ids, since their order is not the order of commits.
CREATE TABLE pending_triggers (
    shard SMALLINT NOT NULL,
    event_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    name TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY (shard, event_id)
);
