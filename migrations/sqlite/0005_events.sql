-- What contacts did, and what of it workflows still have to look at.

CREATE TABLE events (
    shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    occurred_at INTEGER NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    -- JSON object
    properties TEXT NOT NULL,
    PRIMARY KEY (shard, contact_id, occurred_at, id)
) STRICT;

-- The customer's own ids of events, hashed, so that each is taken once.
CREATE TABLE event_keys (
    shard INTEGER NOT NULL,
    key_hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (shard, key_hash)
) STRICT, WITHOUT ROWID;

-- Written in the ingest's own transaction, deleted in the enroller's: never a
-- cursor over event ids, since their order is not the order of commits.
CREATE TABLE pending_triggers (
    shard INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    name TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY (shard, event_id)
) STRICT;
