-- Contacts on their way through workflow revisions.

CREATE TABLE enrollments (
    shard SMALLINT NOT NULL,
    -- made from the workflow and the event: one event enrolls once
    id UUID NOT NULL,
    contact_id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    revision_id UUID NOT NULL,
    step TEXT NOT NULL,
    state SMALLINT NOT NULL,
    -- when the runner has to look again; null once ended
    due_at BIGINT,
    -- compared and swapped by whoever advances it
    version BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- JSON: the event that let it in
    trigger_event TEXT NOT NULL,
    PRIMARY KEY (shard, id)
);
CREATE INDEX enrollments_due ON enrollments (shard, due_at, workflow_id) WHERE due_at IS NOT NULL;
-- The contact's page, and the re-entry rule.
CREATE INDEX enrollments_contact ON enrollments (shard, contact_id, workflow_id);

-- Append-only.
CREATE TABLE enrollment_log (
    shard SMALLINT NOT NULL,
    enrollment_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    step TEXT NOT NULL,
    -- JSON
    entry TEXT NOT NULL,
    PRIMARY KEY (shard, enrollment_id, seq)
);

-- Kept by deltas in the transaction that moves the contacts.
CREATE TABLE step_counts (
    revision_id UUID NOT NULL,
    step TEXT COLLATE "C" NOT NULL,
    entered BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (revision_id, step)
);
