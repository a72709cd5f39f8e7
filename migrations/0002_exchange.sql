-- What the exchange needs to lose nothing when a service is restored.
--
-- meta: `epoch` is the life of the service in which every acknowledged decision
-- was acknowledged. Learning another one makes them pending again in the same
-- transaction, so that no crash lies between the two. A file without a cursor may
-- have stopped in the middle of a rebuild: it has no epoch, and whatever it learns
-- is another one.
INSERT INTO meta (key, value)
SELECT 'epoch', substr(value, 1, 36) FROM meta WHERE key = 'cursor';

-- Why the service could not read the decision, and when to try again.
ALTER TABLE outbox ADD COLUMN trouble TEXT;

-- 1 for a dossier that left the scope while work made here waits on it: it stays
-- readable until that work is settled.
ALTER TABLE summaries ADD COLUMN left_scope INTEGER NOT NULL DEFAULT 0;
