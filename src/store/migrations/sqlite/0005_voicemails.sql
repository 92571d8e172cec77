-- Messages that callers left; the sound lies beside the store, in voicemail/ID.wav.
CREATE TABLE voicemails (
    id       TEXT    NOT NULL PRIMARY KEY,
    queue    TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    done     INTEGER NOT NULL, -- somebody has seen to it
    body     TEXT    NOT NULL  -- the message as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX voicemails_open ON voicemails (done, queue);
