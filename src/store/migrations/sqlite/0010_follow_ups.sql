-- Tasks that agents set after calls.
CREATE TABLE follow_ups (
    id       TEXT    NOT NULL PRIMARY KEY,
    queue    TEXT    NOT NULL,
    agent    TEXT,             -- whose it is; NULL: anybody's of the queue
    due_ms   INTEGER NOT NULL,
    done     INTEGER NOT NULL, -- somebody has done it
    body     TEXT    NOT NULL  -- the task as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_ups_open ON follow_ups (done, due_ms);
