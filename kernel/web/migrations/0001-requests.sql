-- Answers to writes by their client-made request id, so that a retry gets the first answer.
CREATE TABLE request (
    organ      TEXT    NOT NULL,
    request_id TEXT    NOT NULL,
    digest     BLOB    NOT NULL, -- SHA-256 of what was asked
    status     INTEGER NOT NULL,
    answer     TEXT    NOT NULL,
    at_us      INTEGER NOT NULL,
    PRIMARY KEY (organ, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_by_time ON request (at_us);
