-- Contacts on their way through workflow revisions.

CREATE TABLE enrollments (
    shard INTEGER NOT NULL,
    -- made from the workflow and the event: one event enrolls once
    id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    revision_id BLOB NOT NULL,
    step TEXT NOT NULL,
    state INTEGER NOT NULL,
    -- when the runner has to look again; null once ended
    due_at INTEGER,
    -- compared and swapped by whoever advances it
    version INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    ended_at INTEGER,
    -- JSON: the event that let it in
    trigger_event TEXT NOT NULL,
    PRIMARY KEY (shard, id)
) STRICT;
CREATE INDEX enrollments_due ON enrollments (shard, due_at, workflow_id) WHERE due_at IS NOT NULL;
-- The contact's page, and the re-entry rule.
CREATE INDEX enrollments_contact ON enrollments (shard, contact_id, workflow_id);

-- Append-only.
CREATE TABLE enrollment_log (
    shard INTEGER NOT NULL,
    enrollment_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    step TEXT NOT NULL,
    -- JSON
    entry TEXT NOT NULL,
    PRIMARY KEY (shard, enrollment_id, seq)
) STRICT;

-- Kept by deltas in the transaction that moves the contacts.
CREATE TABLE step_counts (
    revision_id BLOB NOT NULL,
    step TEXT NOT NULL,
    entered INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    PRIMARY KEY (revision_id, step)
) STRICT, WITHOUT ROWID;
