-- From decision to device: sends, the chunks that carry them, deliveries,
-- attempts, retries, and the counts that pages read.

CREATE TABLE sends (
    shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    -- the enrollment, or the test send
    source_id BLOB NOT NULL,
    step TEXT NOT NULL,
    chunk_id BLOB NOT NULL,
    push_id BLOB NOT NULL,
    push_revision_id BLOB NOT NULL,
    -- 0 decided: its chunk says what came of it once that is planned
    state INTEGER NOT NULL,
    -- the gate that stopped it
    reason INTEGER,
    -- one bit for each gate passed
    gates_mask INTEGER NOT NULL,
    -- deferred until
    until INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (shard, contact_id, source_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX sends_chunk ON sends (chunk_id, shard, contact_id);

-- About 500 sends of one push revision over a range of shards: the unit that
-- is planned, leased, sent and finished.
CREATE TABLE chunks (
    id BLOB NOT NULL PRIMARY KEY,
    push_id BLOB NOT NULL,
    push_revision_id BLOB NOT NULL,
    campaign_id BLOB,
    -- 0 at most once, 1 at least once
    class INTEGER NOT NULL,
    -- a test: its calls are all kept, and it is counted nowhere
    test INTEGER NOT NULL,
    shard_lo INTEGER NOT NULL,
    shard_hi INTEGER NOT NULL,
    -- 0 decided, 1 planned, 2 sending, 3 finished
    state INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    -- deliveries below this seq may have left; those from it on have not
    started_to INTEGER NOT NULL,
    -- what the gates said of every send that its own row says nothing of;
    -- null until planned
    usual_state INTEGER,
    usual_reason INTEGER,
    usual_mask INTEGER,
    owner BLOB,
    epoch INTEGER NOT NULL,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX chunks_open ON chunks (id) WHERE finished_at IS NULL;
-- Transactional pushes and tests go before all others.
CREATE INDEX chunks_urgent ON chunks (id) WHERE finished_at IS NULL AND (class = 1 OR test);
CREATE INDEX chunks_push ON chunks (push_id, id);

-- shard is the chunk's shard_lo, so that a chunk's deliveries stand together.
CREATE TABLE deliveries (
    shard INTEGER NOT NULL,
    chunk_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    contact_shard INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    binding_id BLOB NOT NULL,
    channel INTEGER NOT NULL,
    source_id BLOB NOT NULL,
    step TEXT NOT NULL,
    state INTEGER NOT NULL,
    reason TEXT,
    attempt INTEGER NOT NULL,
    gates_mask INTEGER NOT NULL,
    -- the few facts of the gate's answer, 32 bytes or less
    facts BLOB,
    provider_id TEXT,
    finished_at INTEGER,
    PRIMARY KEY (shard, chunk_id, seq)
) STRICT, WITHOUT ROWID;

-- Deliveries that were taken at the first call, as runs of neighbors: nothing
-- more is to be told of them, so their own rows stay as they were planned.
CREATE TABLE accepted_runs (
    shard INTEGER NOT NULL,
    chunk_id BLOB NOT NULL,
    -- the first and the last seq
    lo INTEGER NOT NULL,
    hi INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (shard, chunk_id, lo)
) STRICT, WITHOUT ROWID;

-- Provider calls of tests and of whatever was not accepted.
CREATE TABLE attempts (
    shard INTEGER NOT NULL,
    chunk_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    -- the provider's HTTP status, if it answered
    status INTEGER,
    outcome TEXT NOT NULL,
    answer TEXT,
    payload TEXT,
    headers TEXT,
    PRIMARY KEY (shard, chunk_id, seq, attempt)
) STRICT;

CREATE TABLE retries (
    shard INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    chunk_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    PRIMARY KEY (shard, due_at, chunk_id, seq)
) STRICT, WITHOUT ROWID;

-- Kept by deltas in the transaction that records the outcome.
CREATE TABLE rollups (
    -- days since the Unix epoch in the account's time zone
    day INTEGER NOT NULL,
    campaign_id BLOB NOT NULL,
    push_id BLOB NOT NULL,
    metric TEXT NOT NULL,
    reason TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, campaign_id, push_id, metric, reason)
) STRICT, WITHOUT ROWID;
CREATE INDEX rollups_push ON rollups (push_id, day);

-- Pushes whose content a provider refused: sending them stopped.
CREATE TABLE stopped_pushes (
    push_revision_id BLOB NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
