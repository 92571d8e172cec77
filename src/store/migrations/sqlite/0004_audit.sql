-- Who looked at what. Rows are only ever added, and the store itself sees to it.
CREATE TABLE audit (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    who     TEXT    NOT NULL, -- login name
    action  TEXT    NOT NULL,
    call_id TEXT,             -- NULL where no single call was meant
    address TEXT    NOT NULL  -- of the browser; empty when unknown
) STRICT;
CREATE INDEX audit_of_call ON audit (call_id, id) WHERE call_id IS NOT NULL;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
