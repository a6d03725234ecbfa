-- Apps and their provider credentials.
-- Channels everywhere: 0 APNs, 1 FCM.

CREATE TABLE apps (
    id UUID PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- JSON
    capabilities TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE credentials (
    id UUID PRIMARY KEY,
    app_id UUID NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    channel SMALLINT NOT NULL,
    -- AEAD-sealed JSON; the key is outside the database
    sealed BYTEA NOT NULL,
    -- what may be shown of it
    summary TEXT NOT NULL,
    topic TEXT NOT NULL,
    -- 0 usable, 1 refused
    state SMALLINT NOT NULL,
    state_reason TEXT,
    updated_at BIGINT NOT NULL,
    UNIQUE (app_id, channel)
);
