-- Contacts and their consent. shard = xxh3_64(external_id, 0) & 1023 leads the
-- key of every large table; every unique key carries it.

CREATE TABLE contacts (
    shard INTEGER NOT NULL,
    id BLOB NOT NULL,
    external_id TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    locale TEXT,
    time_zone TEXT,
    -- null: never asked
    opted_in INTEGER,
    -- JSON object
    attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
-- Uniqueness and prefix search in one index.
CREATE UNIQUE INDEX contacts_external_id ON contacts (external_id, shard);
-- From the id to the shard, and the list, newest first.
CREATE INDEX contacts_id ON contacts (id);
CREATE INDEX contacts_email ON contacts (lower(email), id) WHERE email IS NOT NULL;

-- Append-only.
CREATE TABLE consent_events (
    shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    id BLOB NOT NULL,
    opted_in INTEGER NOT NULL,
    -- null: the whole contact
    binding_id BLOB,
    way TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (shard, contact_id, at, id)
) STRICT, WITHOUT ROWID;
