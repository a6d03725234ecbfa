-- Apps that take a device only with a signed contact id, and the secret that
-- signs.
CREATE TABLE registration_secrets (
    app_id UUID PRIMARY KEY REFERENCES apps (id) ON DELETE CASCADE,
    -- AEAD-sealed; the key is outside the database
    sealed BYTEA NOT NULL,
    updated_at BIGINT NOT NULL
);
