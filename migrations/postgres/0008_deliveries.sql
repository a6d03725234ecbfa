-- From decision to device: sends, the chunks that carry them, deliveries,
-- attempts, retries, and the counts that pages read.

CREATE TABLE sends (
    shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    -- the enrollment, or the test send
    source_id UUID NOT NULL,
    step TEXT COLLATE "C" NOT NULL,
    chunk_id UUID NOT NULL,
    push_id UUID NOT NULL,
    push_revision_id UUID NOT NULL,
    -- 0 decided: its chunk says what came of it once that is planned
    state SMALLINT NOT NULL,
    -- the gate that stopped it
    reason SMALLINT,
    -- one bit for each gate passed
    gates_mask INTEGER NOT NULL,
    -- deferred until
    until BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shard, contact_id, source_id, step)
);
CREATE INDEX sends_chunk ON sends (chunk_id, shard, contact_id);

-- About 500 sends of one push revision over a range of shards: the unit that
-- is planned, leased, sent and finished.
CREATE TABLE chunks (
    id UUID PRIMARY KEY,
    push_id UUID NOT NULL,
    push_revision_id UUID NOT NULL,
    campaign_id UUID,
    -- 0 at most once, 1 at least once
    class SMALLINT NOT NULL,
    -- a test: its calls are all kept, and it is counted nowhere
    test BOOLEAN NOT NULL,
    shard_lo SMALLINT NOT NULL,
    shard_hi SMALLINT NOT NULL,
    -- 0 decided, 1 planned, 2 sending, 3 finished
    state SMALLINT NOT NULL,
    recipients INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    -- deliveries below this seq may have left; those from it on have not
    started_to INTEGER NOT NULL,
    -- what the gates said of every send that its own row says nothing of;
    -- null until planned
    usual_state SMALLINT,
    usual_reason SMALLINT,
    usual_mask INTEGER,
    owner UUID,
    epoch BIGINT NOT NULL,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX chunks_open ON chunks (id) WHERE finished_at IS NULL;
-- Transactional pushes and tests go before all others.
CREATE INDEX chunks_urgent ON chunks (id) WHERE finished_at IS NULL AND (class = 1 OR test);
CREATE INDEX chunks_push ON chunks (push_id, id);

-- shard is the chunk's shard_lo, so that a chunk's deliveries stand together.
CREATE TABLE deliveries (
    shard SMALLINT NOT NULL,
    chunk_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    contact_shard SMALLINT NOT NULL,
    contact_id UUID NOT NULL,
    binding_id UUID NOT NULL,
    channel SMALLINT NOT NULL,
    source_id UUID NOT NULL,
    step TEXT NOT NULL,
    state SMALLINT NOT NULL,
    reason TEXT,
    attempt SMALLINT NOT NULL,
    gates_mask INTEGER NOT NULL,
    -- the few facts of the gate's answer, 32 bytes or less
    facts BYTEA,
    provider_id TEXT,
    finished_at BIGINT,
    PRIMARY KEY (shard, chunk_id, seq)
);

-- Deliveries that were taken at the first call, as runs of neighbors: nothing
-- more is to be told of them, so their own rows stay as they were planned.
CREATE TABLE accepted_runs (
    shard SMALLINT NOT NULL,
    chunk_id UUID NOT NULL,
    -- the first and the last seq
    lo INTEGER NOT NULL,
    hi INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (shard, chunk_id, lo)
);

-- Provider calls of tests and of whatever was not accepted.
CREATE TABLE attempts (
    shard SMALLINT NOT NULL,
    chunk_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    attempt SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    -- the provider's HTTP status, if it answered
    status SMALLINT,
    outcome TEXT NOT NULL,
    answer TEXT,
    payload TEXT,
    headers TEXT,
    PRIMARY KEY (shard, chunk_id, seq, attempt)
);

CREATE TABLE retries (
    shard SMALLINT NOT NULL,
    due_at BIGINT NOT NULL,
    chunk_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    attempt SMALLINT NOT NULL,
    PRIMARY KEY (shard, due_at, chunk_id, seq)
);

-- Kept by deltas in the transaction that records the outcome.
CREATE TABLE rollups (
    -- days since the Unix epoch in the account's time zone
    day INTEGER NOT NULL,
    campaign_id UUID NOT NULL,
    push_id UUID NOT NULL,
    metric TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, campaign_id, push_id, metric, reason)
);
CREATE INDEX rollups_push ON rollups (push_id, day);

-- Pushes whose content a provider refused: sending them stopped.
CREATE TABLE stopped_pushes (
    push_revision_id UUID PRIMARY KEY,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
