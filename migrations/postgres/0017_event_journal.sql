-- Events that were accepted while more came than could be put in their places: in the
-- order in which they came, many in a row, until they are filed.

CREATE TABLE event_journal (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- how many events
    events_count BIGINT NOT NULL,
    -- JSON list
    events TEXT NOT NULL
);
