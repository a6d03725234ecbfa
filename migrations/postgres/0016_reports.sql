-- What devices tell back of deliveries: displayed, opened, a button, a reply.
-- shard is the delivery's own, so that a delivery's reports stand beside it.

CREATE TABLE reports (
    shard SMALLINT NOT NULL,
    chunk_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    -- 0 displayed, 1 opened, 2 action
    kind SMALLINT NOT NULL,
    -- xxh3_64 over action and reply, 0 without: what is told again is kept once
    said BIGINT NOT NULL,
    -- by the device's clock, between the decision and the report's arrival
    at BIGINT NOT NULL,
    action TEXT,
    reply TEXT,
    PRIMARY KEY (shard, chunk_id, seq, kind, said)
);

-- The first of each that an app did by each channel: for the page that connects
-- it.
CREATE TABLE app_milestones (
    app_id UUID NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    channel SMALLINT NOT NULL,
    -- 0 registered a device, 1 had a push accepted, 2 told of one
    kind SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (app_id, channel, kind)
);

-- Registrations of devices as they came in at every process, taken and refused:
-- the newest five hundred, for whoever watches.
CREATE TABLE seen_registrations (
    id UUID NOT NULL PRIMARY KEY,
    -- JSON
    registration TEXT NOT NULL
);

-- Payloads typed by hand for one device, each sent once: what a test's chunk
-- names in the place of a push's revision.
CREATE TABLE raw_payloads (
    id UUID NOT NULL PRIMARY KEY,
    app_id UUID NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    -- JSON
    push TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
