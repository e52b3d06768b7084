-- Turns that are being worked on, so that a start finds those a former process left. Not bound into the seal: the mark only
-- finds a row, and what the sealed row says of itself counts.

ALTER TABLE turns ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
CREATE INDEX turns_open ON turns (pos) WHERE open = 1;

PRAGMA user_version = 2;
