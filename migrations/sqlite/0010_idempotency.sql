-- What a POST with an Idempotency-Key was answered, so that the same request
-- sent again is answered the same and done once. Kept for a day.

CREATE TABLE idempotency_keys (
    -- SHA-256 over the caller and the header
    key_hash BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 over method, path and body
    request_hash BLOB NOT NULL,
    -- null while the first request is being answered
    status INTEGER,
    body BLOB,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);
