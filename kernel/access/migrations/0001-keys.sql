-- API keys (接口密钥) of organs' systems: the key itself is not stored, only its SHA-256.
CREATE TABLE api_key (
    digest       BLOB    PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
    organ        TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    made_us      INTEGER NOT NULL,
    withdrawn_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_by_name ON api_key (organ, name) WHERE withdrawn_us IS NULL;

-- Which records a journalled read showed (one line a record), so that whoever they belong to can be told.
-- The journal entry commits to them by a root over salted digests.
CREATE TABLE read_line (
    journal_index INTEGER NOT NULL,
    dataset       TEXT    NOT NULL,
    record_id     INTEGER NOT NULL,
    salt          BLOB    NOT NULL,
    PRIMARY KEY (journal_index, dataset, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX read_line_by_record ON read_line (dataset, record_id, journal_index);
