-- API keys (接口密钥) of organs' systems: the key itself is not stored, only its SHA-256.
CREATE TABLE api_key (
    digest       BLOB    PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
    organ        TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    made_us      INTEGER NOT NULL,
    withdrawn_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_by_name ON api_key (organ, name) WHERE withdrawn_us IS NULL;
