-- Apps that take a device only with a signed contact id, and the secret that
-- signs.
CREATE TABLE registration_secrets (
    app_id BLOB NOT NULL PRIMARY KEY REFERENCES apps (id) ON DELETE CASCADE,
    -- AEAD-sealed; the key is outside the database
    sealed BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
