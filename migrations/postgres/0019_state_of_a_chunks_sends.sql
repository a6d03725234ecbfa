-- Planning finds all that it asks of a chunk's sends in the index: which of them are
-- still to be decided, and whose they are.

DROP INDEX sends_chunk;
CREATE INDEX sends_chunk ON sends (chunk_id, shard, contact_id, state);
