-- When a later decision was made that settled a refused one and has been forgotten since. What
-- a person filed away stays in `arbitrated_at`: it alone may be opened again. Where an earlier
-- version forgot the later decision, the two cannot be told apart any more, and it may as well.
ALTER TABLE outbox ADD COLUMN settled_at TEXT;
