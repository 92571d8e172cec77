-- The truth: what happened, in order. Rows are only ever added.
CREATE TABLE events (
    call_id TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    body    TEXT    NOT NULL, -- the event as JSON, with its `type`
    PRIMARY KEY (call_id, seq)
) STRICT, WITHOUT ROWID;

-- What lists and filters need of a call; written with its events and derivable from them.
CREATE TABLE calls (
    call_id     TEXT    NOT NULL PRIMARY KEY,
    received_ms INTEGER NOT NULL,
    last_ms     INTEGER NOT NULL,
    caller      TEXT    NOT NULL DEFAULT '',
    callee      TEXT    NOT NULL DEFAULT '',
    bot         TEXT    NOT NULL DEFAULT '',
    outcome     TEXT             -- NULL while the call lives
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_by_time ON calls (received_ms, call_id);
CREATE INDEX calls_alive ON calls (call_id) WHERE outcome IS NULL;

-- Queues and agents that a call met: `kind` is 'queue' or 'agent'.
CREATE TABLE call_marks (
    call_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (kind, value, call_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    queues        TEXT    NOT NULL, -- JSON array of names
    languages     TEXT    NOT NULL, -- JSON array of ISO 639-1 codes
    sip_uri       TEXT,
    password_hash TEXT    NOT NULL, -- argon2id, PHC string
    created_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    hash       TEXT    NOT NULL PRIMARY KEY, -- sha256 of the token, hex
    label      TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    user_id    TEXT REFERENCES users (id) ON DELETE CASCADE, -- whose eyes it has, for role agent
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash       TEXT    NOT NULL PRIMARY KEY, -- sha256 of the cookie, hex
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Notes that agents are still writing.
CREATE TABLE notes (
    call_id TEXT NOT NULL,
    agent   TEXT NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (call_id, agent)
) STRICT, WITHOUT ROWID;
