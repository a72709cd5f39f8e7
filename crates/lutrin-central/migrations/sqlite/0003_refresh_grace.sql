-- What shows that the answer to a refresh arrived: one of its tokens was used.
-- Until then the token that was shown may be shown again.

-- The refresh token that this one was given for.
ALTER TABLE refresh_token ADD COLUMN parent TEXT;
ALTER TABLE access_token ADD COLUMN parent TEXT;
-- When it first opened something.
ALTER TABLE access_token ADD COLUMN used_at TEXT;
CREATE INDEX refresh_token_parent ON refresh_token (parent);
CREATE INDEX access_token_parent ON access_token (parent);
