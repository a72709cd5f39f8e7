-- documents.db of a profile: the files of carried dossiers. Everything in it can
-- be fetched again. Additive only, as dossiers.db.

CREATE TABLE documents (
    -- Never used twice: chunks that cannot be deleted, on a damaged page, must not
    -- become those of another document.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    -- Announced size and bytes received so far.
    size INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0,
    -- Whether the bytes were hashed and are those of `sha256`: only then are they
    -- shown.
    complete INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE chunks (
    -- id = document * 2^24 + ordinal: the bytes of a document lie together and are
    -- read in order by the rowid alone (measured: 304 MB/s against 58 WITHOUT ROWID).
    id INTEGER PRIMARY KEY,
    -- At most 1 MiB.
    bytes BLOB NOT NULL
) STRICT;
