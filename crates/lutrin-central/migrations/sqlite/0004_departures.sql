-- Dossiers that left a centre, or the service: what tells a laptop to let go of
-- what it may no longer see.
CREATE TABLE departure (
    -- The place in the feed.
    position INTEGER PRIMARY KEY,
    -- No foreign key: one that was withdrawn is not there.
    dossier  TEXT    NOT NULL,
    -- The centre that it left; empty when it left the service.
    center   TEXT    NOT NULL,
    UNIQUE (dossier, center)
) STRICT;

-- Since when an account may not be used; null for one that may.
ALTER TABLE reviewer ADD COLUMN disabled_at TEXT;
