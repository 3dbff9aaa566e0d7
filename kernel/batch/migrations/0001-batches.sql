-- A batch (批次): one file handed in by an organ under a number of its own; the number stands for that
-- content for ever. Chunks are committed one by one, each with its part of the receipt (回执).
CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    dataset      TEXT    NOT NULL,
    organ        TEXT    NOT NULL,
    number       TEXT    NOT NULL,
    content      BLOB    NOT NULL, -- SHA-256 of the file
    heading      TEXT    NOT NULL, -- the file's first line as it came; '' for NDJSON
    format       TEXT    NOT NULL CHECK (format IN ('csv', 'ndjson')),
    state        TEXT    NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
    started_us   INTEGER NOT NULL,
    ended_us     INTEGER,
    receipt_index INTEGER,         -- journal entry that commits to the chunks
    warnings     TEXT    NOT NULL  -- JSON array, as in the receipt
) STRICT;
CREATE UNIQUE INDEX batch_by_number ON batch (organ, dataset, number);

CREATE TABLE batch_chunk (
    batch_id    INTEGER NOT NULL REFERENCES batch (id),
    n           INTEGER NOT NULL,
    first_line  INTEGER NOT NULL,
    last_line   INTEGER NOT NULL,
    read        INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    unchanged   INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    differences INTEGER NOT NULL,
    journal_index INTEGER NOT NULL,
    salt        BLOB    NOT NULL, -- of the digest that the receipt commits to
    PRIMARY KEY (batch_id, n)
) STRICT, WITHOUT ROWID;

-- Why a line was refused, or what was told about an accepted one (warning = 1).
CREATE TABLE batch_reason (
    batch_id INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    n        INTEGER NOT NULL, -- several for one line
    warning  INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    field    TEXT    NOT NULL, -- '' the line as a whole
    code     TEXT    NOT NULL,
    zh       TEXT    NOT NULL,
    en       TEXT    NOT NULL,
    PRIMARY KEY (batch_id, line, n)
) STRICT, WITHOUT ROWID;

-- The refused lines as they came.
CREATE TABLE batch_reject (
    batch_id INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    original TEXT    NOT NULL,
    PRIMARY KEY (batch_id, line)
) STRICT, WITHOUT ROWID;
