-- Decisions that a laptop's journal says were withdrawn before they left: no
-- journal read later, which may not have the withdrawal, brings them back.
CREATE TABLE withdrawn (
    decision TEXT PRIMARY KEY,
    at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
