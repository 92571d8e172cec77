-- What customers wrote, or were written to, outside of calls.
CREATE TABLE letters (
    contact TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    at_ms   INTEGER NOT NULL,
    key     TEXT,            -- of whoever handed it in: the same key is the same letter
    body    TEXT    NOT NULL, -- the letter as JSON
    PRIMARY KEY (contact, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX letters_by_time ON letters (at_ms);
CREATE UNIQUE INDEX letters_once ON letters (contact, key) WHERE key IS NOT NULL;
