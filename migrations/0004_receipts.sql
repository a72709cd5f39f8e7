-- What was erased here, and why: numbers and a digest, no name and no reference.
CREATE TABLE receipts (
    id TEXT NOT NULL PRIMARY KEY,
    -- lutrin-protocol's Receipt.
    json TEXT NOT NULL,
    -- Whether the service knows it.
    told INTEGER NOT NULL DEFAULT 0,
    -- The files whose bytes are still to be erased, a list of digests; absent once they
    -- are: they lie in another database, and a crash may come between the two.
    unfinished TEXT
) STRICT, WITHOUT ROWID;
