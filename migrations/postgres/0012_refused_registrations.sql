-- Registrations of devices that were refused in the last day, the newest
-- thousand: for whoever wonders why a device is not there.
CREATE TABLE refused_registrations (
    id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    door TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    -- as far as they are known
    app TEXT COLLATE "C",
    contact TEXT COLLATE "C",
    device TEXT COLLATE "C",
    -- as received, secrets masked
    request TEXT COLLATE "C" NOT NULL
);
