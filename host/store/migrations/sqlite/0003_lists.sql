-- Lists: one's own threads, and plans by state. Whose a thread is and whether it was deleted is not bound into the seal: the
-- columns only find a row, and what the sealed row says of itself counts. A thread from before has no subject here until it
-- is written again.

ALTER TABLE threads ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE threads ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX threads_by_subject ON threads (subject, pos) WHERE deleted = 0;
CREATE INDEX plans_by_state ON plans (state, pos);

PRAGMA user_version = 3;
