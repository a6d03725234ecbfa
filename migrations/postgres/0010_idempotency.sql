-- What a POST with an Idempotency-Key was answered, so that the same request
-- sent again is answered the same and done once. Kept for a day.

CREATE TABLE idempotency_keys (
    -- SHA-256 over the caller and the header
    key_hash BYTEA PRIMARY KEY,
    -- SHA-256 over method, path and body
    request_hash BYTEA NOT NULL,
    -- null while the first request is being answered
    status SMALLINT,
    body BYTEA,
    at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);
