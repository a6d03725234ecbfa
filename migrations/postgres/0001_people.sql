-- The account's settings, the people who sign in, and the keys of programs.
-- Times are milliseconds since the Unix epoch, UTC, in every table.

CREATE TABLE settings (
    key TEXT COLLATE "C" PRIMARY KEY,
    -- JSON
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE users (
    id UUID PRIMARY KEY,
    -- lower case
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    role TEXT NOT NULL,
    -- Argon2id in PHC form; null until the one-time link is used
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One-time links; the first administrator's has no user yet.
CREATE TABLE user_links (
    token_hash BYTEA PRIMARY KEY,
    user_id UUID REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX user_links_user ON user_links (user_id);
CREATE INDEX user_links_expiry ON user_links (expires_at);

CREATE TABLE sessions (
    id_hash BYTEA PRIMARY KEY,
    user_id UUID REFERENCES users (id) ON DELETE CASCADE,
    data BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    -- the secret's first characters, to tell keys apart
    prefix TEXT NOT NULL,
    secret_hash BYTEA NOT NULL UNIQUE,
    -- JSON array of scope names
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

-- Append-only.
CREATE TABLE audit_log (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- JSON
    details TEXT NOT NULL
);
