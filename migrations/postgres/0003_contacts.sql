-- Contacts and their consent. shard = xxh3_64(external_id, 0) & 1023 leads the
-- key of every large table; every unique key carries it.

CREATE TABLE contacts (
    shard SMALLINT NOT NULL,
    id UUID NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT COLLATE "C",
    locale TEXT,
    time_zone TEXT,
    -- null: never asked
    opted_in BOOLEAN,
    -- JSON object
    attributes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shard, id)
);
-- Uniqueness and prefix search in one index.
CREATE UNIQUE INDEX contacts_external_id ON contacts (external_id, shard);
-- From the id to the shard, and the list, newest first.
CREATE INDEX contacts_id ON contacts (id);
CREATE INDEX contacts_email ON contacts (lower(email), id) WHERE email IS NOT NULL;

-- Append-only.
CREATE TABLE consent_events (
    shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    at BIGINT NOT NULL,
    id UUID NOT NULL,
    opted_in BOOLEAN NOT NULL,
    -- null: the whole contact
    binding_id UUID,
    way TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (shard, contact_id, at, id)
);
