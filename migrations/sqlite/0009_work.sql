-- Who works on which shards, and jobs that outlive a request.

CREATE TABLE leases (
    lo INTEGER NOT NULL PRIMARY KEY,
    hi INTEGER NOT NULL,
    owner BLOB,
    -- grows with each change of owner; a write with an older one fails
    epoch INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- 0 queued, 1 running, 2 done, 3 failed, 4 canceled
    state INTEGER NOT NULL,
    -- JSON: what to do
    input TEXT NOT NULL,
    -- JSON: how far it is, and the result at its end
    progress TEXT NOT NULL,
    created_by TEXT NOT NULL,
    owner BLOB,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_open ON jobs (id) WHERE state < 2;
