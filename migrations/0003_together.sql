-- Several people, several machines.
--
-- A refused decision is settled by a later one on its subject: see `decision_is_open`.
CREATE INDEX outbox_by_subject ON outbox (dossier, subject, seq);

CREATE TABLE people (
    -- Colleagues as the service names them: Person.
    reviewer TEXT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE looks (
    -- What this reviewer had seen of a dossier when they left it: Look.
    dossier TEXT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE exchanges (
    -- The last exchanges in which something happened, oldest first: ExchangeNote.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    json TEXT NOT NULL
) STRICT;
