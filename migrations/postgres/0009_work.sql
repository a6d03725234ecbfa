-- Who works on which shards, and jobs that outlive a request.

CREATE TABLE leases (
    lo SMALLINT PRIMARY KEY,
    hi SMALLINT NOT NULL,
    owner UUID,
    -- grows with each change of owner; a write with an older one fails
    epoch BIGINT NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    -- 0 queued, 1 running, 2 done, 3 failed, 4 canceled
    state SMALLINT NOT NULL,
    -- JSON: what to do
    input TEXT NOT NULL,
    -- JSON: how far it is, and the result at its end
    progress TEXT NOT NULL,
    created_by TEXT NOT NULL,
    owner UUID,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX jobs_open ON jobs (id) WHERE state < 2;
