-- The journal (日志): one row an entry, in order, never changed. `entry` is the line that is hashed; the
-- columns before it repeat parts of it for look-ups. `root` is the tree's root over entries 0 to idx.
CREATE TABLE journal (
    idx        INTEGER PRIMARY KEY CHECK (idx >= 0),
    time_us    INTEGER NOT NULL, -- never less than the entry before
    dataset    TEXT,
    action     TEXT    NOT NULL,
    organ      TEXT,
    request_id TEXT,
    root       BLOB    NOT NULL CHECK (length(root) = 32),
    entry      TEXT    NOT NULL
) STRICT;

-- Complete tiles of C2SP tlog-tiles: 256 hashes; level 0 has those of entries, level L the roots of
-- the tiles of level L - 1.
CREATE TABLE journal_tile (
    level  INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    n      INTEGER NOT NULL CHECK (n >= 0),
    hashes BLOB    NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (level, n)
) STRICT;

-- Size and root as of the last commit; no row before the first.
CREATE TABLE journal_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL CHECK (size > 0),
    root BLOB    NOT NULL CHECK (length(root) = 32)
) STRICT;
