-- Earlier calls of whoever calls, newest first.
CREATE INDEX calls_by_caller ON calls (caller, received_ms, call_id);
