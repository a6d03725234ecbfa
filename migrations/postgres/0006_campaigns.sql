-- Campaigns, pushes and workflows: drafts that are edited under an optimistic
-- lock, and revisions that never change.

CREATE TABLE campaigns (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE pushes (
    id UUID PRIMARY KEY,
    campaign_id UUID REFERENCES campaigns (id),
    name TEXT NOT NULL,
    -- JSON
    draft TEXT NOT NULL,
    -- counts the draft's changes: the optimistic lock
    version BIGINT NOT NULL,
    current_revision_id UUID,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX pushes_campaign ON pushes (campaign_id, id);

-- Immutable.
CREATE TABLE push_revisions (
    id UUID PRIMARY KEY,
    push_id UUID NOT NULL REFERENCES pushes (id),
    number BIGINT NOT NULL,
    -- JSON
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (push_id, number)
);

CREATE TABLE workflows (
    id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    name TEXT NOT NULL,
    -- 0 draft, 1 live, 2 paused, 3 stopped
    state SMALLINT NOT NULL,
    -- JSON
    draft TEXT NOT NULL,
    -- counts the draft's changes: the optimistic lock
    draft_version BIGINT NOT NULL,
    current_revision_id UUID,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX workflows_campaign ON workflows (campaign_id, id);

-- Immutable.
CREATE TABLE workflow_revisions (
    id UUID PRIMARY KEY,
    workflow_id UUID NOT NULL REFERENCES workflows (id),
    number BIGINT NOT NULL,
    -- JSON
    graph TEXT NOT NULL,
    -- JSON object: step id to the push revision that it sends
    push_revisions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    UNIQUE (workflow_id, number)
);

-- The event names that live workflows listen to.
CREATE TABLE workflow_triggers (
    name TEXT COLLATE "C" NOT NULL,
    workflow_id UUID NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    PRIMARY KEY (name, workflow_id)
);
CREATE INDEX workflow_triggers_workflow ON workflow_triggers (workflow_id);
