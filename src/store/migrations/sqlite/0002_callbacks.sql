-- Callers who hung up and are to be rung back: a promise outlives the process.
CREATE TABLE callbacks (
    of_call  TEXT NOT NULL PRIMARY KEY, -- the call in which it was promised
    body     TEXT NOT NULL              -- the callback as JSON
) STRICT, WITHOUT ROWID;
