-- The first schema of the service. Identifiers are hyphenated UUIDs, digests are
-- lower-case hexadecimal, times are RFC 3339 unless the name ends in _ms.

CREATE TABLE service (
    -- Always 1: the table has one row.
    one              INTEGER PRIMARY KEY CHECK (one = 1),
    -- Changes when the service may have lost something, as after a restore.
    epoch            TEXT    NOT NULL,
    -- The head of the feed. Raised in the same transaction as the change it
    -- numbers, so that commit order is feed order.
    position         INTEGER NOT NULL,
    -- Raised when sittings of the jury, or the dossiers of one, change.
    juries_rev       INTEGER NOT NULL,
    -- The position up to which the last verified backup reaches.
    backup_watermark INTEGER NOT NULL
) STRICT;

CREATE TABLE reviewer (
    id            TEXT    PRIMARY KEY,
    login         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    -- Argon2id in PHC form.
    password_hash TEXT    NOT NULL,
    -- Roles and scope as JSON of lutrin-domain.
    roles         TEXT    NOT NULL,
    scope         TEXT    NOT NULL,
    -- Raised when the scope changes; cursors carry it.
    scope_rev     INTEGER NOT NULL DEFAULT 1,
    created_at    TEXT    NOT NULL
) STRICT;

CREATE TABLE device (
    id            TEXT PRIMARY KEY,
    reviewer      TEXT NOT NULL REFERENCES reviewer (id),
    name          TEXT NOT NULL,
    -- Ed25519, 64 hexadecimal digits; never changes once registered.
    public_key    TEXT NOT NULL,
    registered_at TEXT NOT NULL,
    revoked_at    TEXT
) STRICT;

CREATE TABLE session (
    -- A family of refresh tokens: each use gives the next.
    id        TEXT PRIMARY KEY,
    device    TEXT NOT NULL REFERENCES device (id),
    opened_at TEXT NOT NULL,
    -- Signed out, or a refresh token was used twice.
    ended_at  TEXT
) STRICT;

CREATE TABLE refresh_token (
    -- SHA-256 of the token: a copy of the database opens no session.
    hash          TEXT    PRIMARY KEY,
    session       TEXT    NOT NULL REFERENCES session (id),
    expires_at_ms INTEGER NOT NULL,
    -- Kept after use, so that a second use is seen.
    used_at       TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE access_token (
    hash          TEXT    PRIMARY KEY,
    session       TEXT    NOT NULL REFERENCES session (id),
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_session ON access_token (session);

CREATE TABLE catalogue (
    -- SHA-256 of the text.
    hash          TEXT PRIMARY KEY,
    -- Exactly as it is served.
    text          TEXT NOT NULL,
    registered_at TEXT NOT NULL
) STRICT;

CREATE TABLE jury (
    id      TEXT PRIMARY KEY,
    date    TEXT NOT NULL,
    -- JSON of lutrin-domain.
    session TEXT NOT NULL
) STRICT;

CREATE TABLE dossier (
    id            TEXT    PRIMARY KEY,
    reference     TEXT    NOT NULL UNIQUE,
    center        TEXT    NOT NULL,
    jury          TEXT,
    catalogue     TEXT    NOT NULL REFERENCES catalogue (hash),
    -- The place in the feed of its newest change.
    position      INTEGER NOT NULL UNIQUE,
    -- SHA-256 of what was handed over: the same intake again is the same dossier.
    intake        TEXT    NOT NULL,
    -- What a list shows, as JSON, so that a list does not read the aggregate.
    summary       TEXT    NOT NULL,
    -- The whole dossier as JSON.
    aggregate     TEXT    NOT NULL
) STRICT;
CREATE INDEX dossier_center_position ON dossier (center, position);
CREATE INDEX dossier_jury ON dossier (jury);

CREATE TABLE document (
    -- Which dossiers a file belongs to, replaced files included: it may be read
    -- by whoever has one of them in scope.
    sha256     TEXT    NOT NULL,
    dossier    TEXT    NOT NULL REFERENCES dossier (id),
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (sha256, dossier)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    id          TEXT    PRIMARY KEY,
    -- No foreign key: a decision on a dossier that is not there is kept too.
    dossier     TEXT,
    subject     TEXT    NOT NULL,
    -- The exact text, byte for byte as it was made and signed, and its SHA-256.
    text        TEXT    NOT NULL,
    digest      TEXT    NOT NULL,
    -- The stamp: who, as what, in whose name, where, when, signed.
    author      TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    center      TEXT,
    device      TEXT    NOT NULL,
    made_at     TEXT    NOT NULL,
    signature   TEXT    NOT NULL,
    -- The service's clock.
    received_at TEXT    NOT NULL,
    -- Set when it was applied; the place in the feed.
    position    INTEGER UNIQUE,
    -- Set when it was refused; JSON of lutrin-domain.
    refusal     TEXT,
    CHECK ((position IS NULL) <> (refusal IS NULL))
) STRICT;
CREATE INDEX decision_dossier ON decision (dossier);

CREATE TABLE carried_dossier (
    device  TEXT NOT NULL REFERENCES device (id),
    -- As asked for; whether it is in scope is looked at when it is used.
    dossier TEXT NOT NULL,
    PRIMARY KEY (device, dossier)
) STRICT, WITHOUT ROWID;

CREATE TABLE carried_jury (
    device TEXT NOT NULL REFERENCES device (id),
    jury   TEXT NOT NULL,
    PRIMARY KEY (device, jury)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    -- Who did what to what, written with the change itself. No names, no texts.
    entry      INTEGER PRIMARY KEY AUTOINCREMENT,
    at         TEXT NOT NULL,
    action     TEXT NOT NULL,
    -- Null for commands run on the service's machine.
    reviewer   TEXT,
    device     TEXT,
    request_id TEXT,
    dossier    TEXT,
    decision   TEXT,
    -- Code of the outcome.
    outcome    TEXT NOT NULL
) STRICT;

CREATE TABLE seeded (
    -- What `seed` has already made, so that a second run keeps it. One row: the
    -- references of fictitious dossiers are the same whatever the seed.
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    seed     INTEGER NOT NULL,
    day      TEXT    NOT NULL,
    dossiers INTEGER NOT NULL
) STRICT;
