-- How many calls a credential may have in flight, where somebody limits it;
-- and retries by the credential that they wait for, the longest due first, so
-- that none has to wait behind another's.

ALTER TABLE credentials ADD COLUMN max_in_flight INTEGER;

-- xxh3_64 over the app and the channel; 0 of retries from before.
ALTER TABLE retries ADD COLUMN route INTEGER NOT NULL DEFAULT 0;
CREATE INDEX retries_route ON retries (route, due_at, shard);
