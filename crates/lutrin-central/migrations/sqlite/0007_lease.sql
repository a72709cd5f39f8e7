-- How long what laptops carry may be read without hearing the service, and how many
-- days after a sitting it is erased: as `serve` was last told.
ALTER TABLE service ADD COLUMN lease_days INTEGER NOT NULL DEFAULT 14;
ALTER TABLE service ADD COLUMN retention_days INTEGER NOT NULL DEFAULT 15;

-- What laptops say they have erased. No names, no references.
CREATE TABLE receipt (
    id          TEXT    PRIMARY KEY,
    device      TEXT    NOT NULL REFERENCES device (id),
    -- Code of the cause.
    cause       TEXT    NOT NULL,
    dossiers    INTEGER NOT NULL,
    files       INTEGER NOT NULL,
    decisions   INTEGER NOT NULL,
    -- Of the list of dossiers.
    digest      TEXT    NOT NULL,
    -- By the laptop's trusted time, and by the service's clock.
    at          TEXT    NOT NULL,
    received_at TEXT    NOT NULL
) STRICT;
CREATE INDEX receipt_device ON receipt (device);
