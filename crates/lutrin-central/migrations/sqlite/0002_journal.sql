-- The journal of who did what when, each entry chained to the one before. The
-- entries of `audit` are copied into it by the service when it first opens a
-- database of the schema before (hashes are not computed in SQL), which then
-- drops `audit`.

CREATE TABLE journal (
    -- 1, 2, 3 … without a gap. No names of people, no texts.
    entry      INTEGER PRIMARY KEY,
    at         TEXT NOT NULL,
    action     TEXT NOT NULL,
    -- Null for commands run on the service's machine.
    reviewer   TEXT,
    device     TEXT,
    request_id TEXT,
    dossier    TEXT,
    decision   TEXT,
    document   TEXT,
    -- Code of the outcome.
    outcome    TEXT NOT NULL,
    -- SHA-256 of the hash before and of all the columns; 64 hexadecimal digits.
    hash       TEXT NOT NULL
) STRICT;

-- Against mistakes; whoever can write the file can remove these, and is seen by
-- the chain.
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- The last entry of the journal and its hash, so that a journal that lacks its
-- end is seen.
ALTER TABLE service ADD COLUMN journal_entries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE service ADD COLUMN journal_hash TEXT NOT NULL
    DEFAULT '0000000000000000000000000000000000000000000000000000000000000000';
