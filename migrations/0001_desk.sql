-- dossiers.db of a profile. Identifiers, digests and times are texts as the
-- domain writes them; `json` columns hold domain types as serde writes them.
-- Additive only: an older application refuses to open a newer schema.

CREATE TABLE meta (
    -- What is remembered of the profile and the service, one value per key:
    -- service, reviewer, device, device_key, refresh_token, journal_recipient,
    -- cursor, juries_rev, last_contact, generation, rebuilding.
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE summaries (
    -- The mirror of lists: every dossier of the scope.
    dossier TEXT NOT NULL PRIMARY KEY,
    -- Where in the service's feed; what is older changes nothing.
    position INTEGER NOT NULL,
    -- The rebuild during which the service last named it; positions are compared
    -- within one rebuild only, because a restored service counts again.
    generation INTEGER NOT NULL,
    -- What the service said: DossierSummary.
    json TEXT NOT NULL,
    -- The rest repeats what `json` says, for lists.
    state TEXT NOT NULL,
    center TEXT NOT NULL,
    jury TEXT,
    -- The catalogue that has the titles of its diploma and centre.
    catalogue TEXT NOT NULL,
    -- Names without case or accents: birth name, first name.
    sort_key TEXT NOT NULL,
    -- Reference and names without case or accents.
    words TEXT NOT NULL
) STRICT;
CREATE INDEX summaries_by_state ON summaries (state);
CREATE INDEX summaries_by_center ON summaries (center);
CREATE INDEX summaries_by_jury ON summaries (jury);
CREATE INDEX summaries_by_name ON summaries (sort_key);
CREATE INDEX summaries_by_catalogue ON summaries (catalogue);

CREATE TABLE dossiers (
    -- The mirror of carried dossiers.
    dossier TEXT NOT NULL PRIMARY KEY REFERENCES summaries (dossier) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    -- The catalogue under which it is judged.
    catalogue TEXT NOT NULL,
    -- What the service said: Dossier.
    json TEXT NOT NULL
) STRICT;

CREATE TABLE files (
    -- The files that a mirrored dossier names and nothing replaces, so that what
    -- is lacking is known without reading every dossier.
    dossier TEXT NOT NULL REFERENCES dossiers (dossier) ON DELETE CASCADE,
    -- Order of reading.
    ordinal INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (dossier, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalogues (
    -- Versions of the catalogue, byte for byte: the hash is that of the text.
    hash TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE juries (
    -- Sittings of the jury.
    jury TEXT NOT NULL PRIMARY KEY,
    -- The service's order.
    ordinal INTEGER NOT NULL,
    -- JurySession.
    json TEXT NOT NULL,
    -- Its dossiers of the scope, in order of passage: a list of identifiers.
    dossiers TEXT NOT NULL
) STRICT;

CREATE TABLE carried (
    -- What this device carries: as asked for (jury, dossier), and the dossiers
    -- that follow from it in order of need (following).
    kind TEXT NOT NULL CHECK (kind IN ('jury', 'dossier', 'following')),
    ordinal INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (kind, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    -- Decisions made here, until a backup of the service holds them. `seq` is the
    -- order in which they were made and are folded; it is never used twice.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    decision TEXT NOT NULL UNIQUE,
    -- Absent for a sitting of the jury.
    dossier TEXT,
    subject TEXT NOT NULL,
    based_on TEXT,
    -- The stamped decision, byte for byte as made and signed.
    stamped TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'acknowledged', 'refused', 'withdrawn')),
    -- What the service answered.
    position INTEGER,
    received_at TEXT,
    -- Refusal, and the Dossier as the service held it.
    refusal TEXT,
    held TEXT,
    -- When a person settled what to do about a refusal.
    arbitrated_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_attempt TEXT,
    -- Attempts of which it is not known that nothing left: above zero, the
    -- service may hold the decision and it cannot be withdrawn.
    possible_deliveries INTEGER NOT NULL DEFAULT 0,
    -- Whether the journal says that it was withdrawn.
    withdrawal_sealed INTEGER NOT NULL DEFAULT 0,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_by_dossier ON outbox (dossier, seq);
CREATE INDEX outbox_by_state ON outbox (state, seq);
CREATE INDEX outbox_by_base ON outbox (based_on) WHERE based_on IS NOT NULL;

CREATE TABLE drafts (
    -- Texts being written; not tied to the mirror, so that a pull deletes none.
    dossier TEXT NOT NULL,
    key TEXT NOT NULL,
    text TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    -- Whether the journal holds this text.
    sealed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (dossier, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading (
    -- What the reader left on the pages of a file; never leaves this machine.
    sha256 TEXT NOT NULL,
    page INTEGER NOT NULL,
    quarter_turns INTEGER NOT NULL DEFAULT 0,
    seen_at TEXT,
    PRIMARY KEY (sha256, page)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    -- Settings in the application's own words; never leave this machine.
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
