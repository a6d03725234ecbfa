-- Events that were accepted while more came than could be put in their places: in the
-- order in which they came, many in a row, until they are filed.

CREATE TABLE event_journal (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- how many events
    events_count INTEGER NOT NULL,
    -- JSON list
    events TEXT NOT NULL
) STRICT;
