-- The first schema. Once released, a migration never changes; a new file follows.
--
-- Every `doc`, `before` and `rest` is sealed (see docs/data.md); the plain columns beside it are bound into the seal, so
-- none of them can be changed by hand unnoticed. `pos` gives the order of making. Foreign keys are checked at commit, so
-- rows of one change may come in any order.

PRAGMA application_id = 1801610088;

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE health (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    beats INTEGER NOT NULL
) STRICT;
INSERT INTO health (one, beats) VALUES (1, 0);

CREATE TABLE plans (
    pos INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    origin TEXT NOT NULL,
    revision INTEGER NOT NULL,
    doc BLOB NOT NULL
) STRICT;
CREATE INDEX plans_by_subject ON plans (subject, pos);

CREATE TABLE revisions (
    plan TEXT NOT NULL REFERENCES plans (id) DEFERRABLE INITIALLY DEFERRED,
    number INTEGER NOT NULL,
    doc BLOB NOT NULL,
    PRIMARY KEY (plan, number)
) STRICT;

CREATE TABLE runs (
    pos INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    plan TEXT NOT NULL REFERENCES plans (id) DEFERRABLE INITIALLY DEFERRED,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    open INTEGER NOT NULL,
    undoable INTEGER NOT NULL,
    doc BLOB NOT NULL
) STRICT;
CREATE INDEX runs_open ON runs (pos) WHERE open = 1;
CREATE INDEX runs_undoable ON runs (subject, pos) WHERE undoable = 1;

CREATE TABLE approvals (
    pos INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL REFERENCES plans (id) DEFERRABLE INITIALLY DEFERRED,
    revision INTEGER NOT NULL,
    cluster TEXT NOT NULL,
    used_by TEXT REFERENCES runs (id) DEFERRABLE INITIALLY DEFERRED,
    doc BLOB NOT NULL
) STRICT;
CREATE INDEX approvals_by_plan ON approvals (plan, pos);
CREATE UNIQUE INDEX approvals_one_open ON approvals (plan, revision, cluster) WHERE used_by IS NULL;
CREATE UNIQUE INDEX approvals_one_per_run ON approvals (used_by, cluster) WHERE used_by IS NOT NULL;

CREATE TABLE votes (
    pos INTEGER PRIMARY KEY AUTOINCREMENT,
    approval TEXT NOT NULL REFERENCES approvals (id) DEFERRABLE INITIALLY DEFERRED,
    subject TEXT NOT NULL,
    doc BLOB NOT NULL,
    UNIQUE (approval, subject)
) STRICT;

CREATE TABLE images (
    run TEXT NOT NULL REFERENCES runs (id) DEFERRABLE INITIALLY DEFERRED,
    step INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    before BLOB NOT NULL,
    rest BLOB NOT NULL,
    PRIMARY KEY (run, step)
) STRICT;

CREATE TABLE threads (
    pos INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    doc BLOB NOT NULL
) STRICT;

CREATE TABLE turns (
    pos INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    thread TEXT NOT NULL REFERENCES threads (id) DEFERRABLE INITIALLY DEFERRED,
    doc BLOB NOT NULL
) STRICT;
CREATE INDEX turns_by_thread ON turns (thread, pos);

CREATE TABLE once (
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    doc BLOB NOT NULL,
    PRIMARY KEY (subject, key)
) STRICT;

-- How many entries there are; the next index. Its one row is what a transaction locks to append.
CREATE TABLE log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL
) STRICT;
INSERT INTO log (one, size) VALUES (1, 0);

-- `bytes` are the entry; every other column is derived from them and re-checked.
CREATE TABLE entries (
    idx INTEGER PRIMARY KEY,
    leaf BLOB NOT NULL,
    bytes BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    plan TEXT,
    run TEXT
) STRICT;
CREATE INDEX entries_by_plan ON entries (plan, idx) WHERE plan IS NOT NULL;
CREATE INDEX entries_by_run ON entries (run, idx) WHERE run IS NOT NULL;
CREATE INDEX entries_by_subject ON entries (subject, idx);
CREATE INDEX entries_by_kind ON entries (kind, idx);

-- Beside the log: may be removed by retention without breaking it.
CREATE TABLE payloads (
    idx INTEGER PRIMARY KEY REFERENCES entries (idx),
    salt BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- Against mistakes, not against an attacker: those are what leaf hashes are for.
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN
    SELECT RAISE(ABORT, 'an entry never changes');
END;
CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries BEGIN
    SELECT RAISE(ABORT, 'an entry is never deleted');
END;

PRAGMA user_version = 1;
