-- What devices tell back of deliveries: displayed, opened, a button, a reply.
-- shard is the delivery's own, so that a delivery's reports stand beside it.

CREATE TABLE reports (
    shard INTEGER NOT NULL,
    chunk_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    -- 0 displayed, 1 opened, 2 action
    kind INTEGER NOT NULL,
    -- xxh3_64 over action and reply, 0 without: what is told again is kept once
    said INTEGER NOT NULL,
    -- by the device's clock, between the decision and the report's arrival
    at INTEGER NOT NULL,
    action TEXT,
    reply TEXT,
    PRIMARY KEY (shard, chunk_id, seq, kind, said)
) STRICT, WITHOUT ROWID;

-- The first of each that an app did by each channel: for the page that connects
-- it.
CREATE TABLE app_milestones (
    app_id BLOB NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    channel INTEGER NOT NULL,
    -- 0 registered a device, 1 had a push accepted, 2 told of one
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (app_id, channel, kind)
) STRICT, WITHOUT ROWID;

-- Registrations of devices as they came in at every process, taken and refused:
-- the newest five hundred, for whoever watches.
CREATE TABLE seen_registrations (
    id BLOB NOT NULL PRIMARY KEY,
    -- JSON
    registration TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Payloads typed by hand for one device, each sent once: what a test's chunk
-- names in the place of a push's revision.
CREATE TABLE raw_payloads (
    id BLOB NOT NULL PRIMARY KEY,
    app_id BLOB NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    -- JSON
    push TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
) STRICT;
