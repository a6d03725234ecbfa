-- Device bindings, and the registries that lead to them. A device has one
-- contact per app at a time; so has a token.

CREATE TABLE device_bindings (
    shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    id UUID NOT NULL,
    app_id UUID NOT NULL,
    device_id TEXT COLLATE "C" NOT NULL,
    channel SMALLINT NOT NULL,
    -- 0 iOS, 1 Android, 2 web, 3 Fire OS
    platform SMALLINT NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    -- 0 granted, 1 provisional, 2 denied, 3 unknown
    os_permission SMALLINT NOT NULL,
    opted_in BOOLEAN NOT NULL,
    -- 0 active, 1 gone, 2 wrong environment, 3 wrong project,
    -- 4 quarantined, 5 revoked
    state SMALLINT NOT NULL,
    state_reason TEXT,
    app_version TEXT,
    os_version TEXT,
    model TEXT,
    locale TEXT,
    time_zone TEXT,
    label TEXT,
    registered_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shard, contact_id, id)
);
-- A binding by its id alone, and the list, newest first.
CREATE INDEX device_bindings_id ON device_bindings (id);

CREATE TABLE device_registry (
    app_id UUID NOT NULL,
    device_id TEXT COLLATE "C" NOT NULL,
    shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    binding_id UUID NOT NULL,
    PRIMARY KEY (app_id, device_id)
);
-- A device by its device_id alone.
CREATE INDEX device_registry_device ON device_registry (device_id, app_id);

-- token_hash = xxh3_128 over the channel and the token.
CREATE TABLE token_registry (
    token_hash UUID NOT NULL,
    app_id UUID NOT NULL,
    shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    binding_id UUID NOT NULL,
    PRIMARY KEY (token_hash, app_id)
);

-- Append-only.
CREATE TABLE device_history (
    shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    at BIGINT NOT NULL,
    id UUID NOT NULL,
    binding_id UUID NOT NULL,
    -- JSON
    change TEXT NOT NULL,
    way TEXT NOT NULL,
    PRIMARY KEY (shard, contact_id, at, id)
);
