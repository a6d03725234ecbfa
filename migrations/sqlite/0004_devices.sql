-- Device bindings, and the registries that lead to them. A device has one
-- contact per app at a time; so has a token.

CREATE TABLE device_bindings (
    shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    id BLOB NOT NULL,
    app_id BLOB NOT NULL,
    device_id TEXT NOT NULL,
    channel INTEGER NOT NULL,
    -- 0 iOS, 1 Android, 2 web, 3 Fire OS
    platform INTEGER NOT NULL,
    token TEXT NOT NULL,
    -- 0 granted, 1 provisional, 2 denied, 3 unknown
    os_permission INTEGER NOT NULL,
    opted_in INTEGER NOT NULL,
    -- 0 active, 1 gone, 2 wrong environment, 3 wrong project,
    -- 4 quarantined, 5 revoked
    state INTEGER NOT NULL,
    state_reason TEXT,
    app_version TEXT,
    os_version TEXT,
    model TEXT,
    locale TEXT,
    time_zone TEXT,
    label TEXT,
    registered_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (shard, contact_id, id)
) STRICT, WITHOUT ROWID;
-- A binding by its id alone, and the list, newest first.
CREATE INDEX device_bindings_id ON device_bindings (id);

CREATE TABLE device_registry (
    app_id BLOB NOT NULL,
    device_id TEXT NOT NULL,
    shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    binding_id BLOB NOT NULL,
    PRIMARY KEY (app_id, device_id)
) STRICT, WITHOUT ROWID;
-- A device by its device_id alone.
CREATE INDEX device_registry_device ON device_registry (device_id, app_id);

-- token_hash = xxh3_128 over the channel and the token.
CREATE TABLE token_registry (
    token_hash BLOB NOT NULL,
    app_id BLOB NOT NULL,
    shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    binding_id BLOB NOT NULL,
    PRIMARY KEY (token_hash, app_id)
) STRICT, WITHOUT ROWID;

-- Append-only.
CREATE TABLE device_history (
    shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    id BLOB NOT NULL,
    binding_id BLOB NOT NULL,
    -- JSON
    change TEXT NOT NULL,
    way TEXT NOT NULL,
    PRIMARY KEY (shard, contact_id, at, id)
) STRICT;
