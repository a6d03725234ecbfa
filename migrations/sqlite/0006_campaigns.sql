-- Campaigns, pushes and workflows: drafts that are edited under an optimistic
-- lock, and revisions that never change.

CREATE TABLE campaigns (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE pushes (
    id BLOB NOT NULL PRIMARY KEY,
    campaign_id BLOB REFERENCES campaigns (id),
    name TEXT NOT NULL,
    -- JSON
    draft TEXT NOT NULL,
    -- counts the draft's changes: the optimistic lock
    version INTEGER NOT NULL,
    current_revision_id BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pushes_campaign ON pushes (campaign_id, id);

-- Immutable.
CREATE TABLE push_revisions (
    id BLOB NOT NULL PRIMARY KEY,
    push_id BLOB NOT NULL REFERENCES pushes (id),
    number INTEGER NOT NULL,
    -- JSON
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (push_id, number)
) STRICT;

CREATE TABLE workflows (
    id BLOB NOT NULL PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    name TEXT NOT NULL,
    -- 0 draft, 1 live, 2 paused, 3 stopped
    state INTEGER NOT NULL,
    -- JSON
    draft TEXT NOT NULL,
    -- counts the draft's changes: the optimistic lock
    draft_version INTEGER NOT NULL,
    current_revision_id BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX workflows_campaign ON workflows (campaign_id, id);

-- Immutable.
CREATE TABLE workflow_revisions (
    id BLOB NOT NULL PRIMARY KEY,
    workflow_id BLOB NOT NULL REFERENCES workflows (id),
    number INTEGER NOT NULL,
    -- JSON
    graph TEXT NOT NULL,
    -- JSON object: step id to the push revision that it sends
    push_revisions TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    published_by TEXT NOT NULL,
    UNIQUE (workflow_id, number)
) STRICT;

-- The event names that live workflows listen to.
CREATE TABLE workflow_triggers (
    name TEXT NOT NULL,
    workflow_id BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    PRIMARY KEY (name, workflow_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_triggers_workflow ON workflow_triggers (workflow_id);
