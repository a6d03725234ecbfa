-- Registrations of devices that were refused in the last day, the newest
-- thousand: for whoever wonders why a device is not there.
CREATE TABLE refused_registrations (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    door TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- as far as they are known
    app TEXT,
    contact TEXT,
    device TEXT,
    -- as received, secrets masked
    request TEXT NOT NULL
) STRICT, WITHOUT ROWID;
