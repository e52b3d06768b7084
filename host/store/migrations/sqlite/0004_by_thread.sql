-- What was said in a conversation, to take it out with the conversation. The expression is that of the query in
-- src/sqlite/threads.rs, letter by letter, or the index is not used.

CREATE INDEX entries_by_thread ON entries (CAST(bytes AS TEXT) ->> '$.thread') WHERE plan IS NULL AND run IS NULL;

PRAGMA user_version = 4;
