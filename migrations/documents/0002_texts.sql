-- The text of documents, for searching: in their file, so that it leaves with them.

CREATE TABLE texts (
    -- Documents that were read, whether or not they have text.
    document INTEGER NOT NULL PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    -- How it was read: a better way reads it again.
    version INTEGER NOT NULL,
    -- 'whole', 'partial', 'locked' or 'unreadable'.
    state TEXT NOT NULL,
    -- Pages that have no text.
    blank INTEGER NOT NULL
) STRICT;

-- rowid = document * 2^24 + page; page 0 is a text without pages.
-- A word that is only begun is looked up, not put together from all it may become.
CREATE VIRTUAL TABLE page_texts USING fts5 (
    text,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);
