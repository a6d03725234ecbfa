-- Apps and their provider credentials.
-- Channels everywhere: 0 APNs, 1 FCM.

CREATE TABLE apps (
    id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- JSON
    capabilities TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE credentials (
    id BLOB NOT NULL PRIMARY KEY,
    app_id BLOB NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    channel INTEGER NOT NULL,
    -- AEAD-sealed JSON; the key is outside the database
    sealed BLOB NOT NULL,
    -- what may be shown of it
    summary TEXT NOT NULL,
    topic TEXT NOT NULL,
    -- 0 usable, 1 refused
    state INTEGER NOT NULL,
    state_reason TEXT,
    updated_at INTEGER NOT NULL,
    UNIQUE (app_id, channel)
) STRICT;
