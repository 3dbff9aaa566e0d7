-- What two organs say differently of one record, until somebody decides.
-- kind 'difference' (比对差异单): another value than the one shown; field says which.
-- kind 'identity'   (身份核实单): another name for the same key; nothing of that organ is fused while it is open.
CREATE TABLE ticket (
    no            INTEGER PRIMARY KEY,
    kind          TEXT    NOT NULL CHECK (kind IN ('difference', 'identity')),
    dataset       TEXT    NOT NULL,
    record_id     INTEGER NOT NULL,
    field         TEXT    NOT NULL,
    organ         TEXT    NOT NULL, -- who says otherwise
    value         TEXT    NOT NULL, -- what it says
    shown_organ   TEXT    NOT NULL, -- whose value is shown
    shown_value   TEXT    NOT NULL,
    opened_index  INTEGER NOT NULL, -- journal
    opened_us     INTEGER NOT NULL,
    closed_index  INTEGER,          -- NULL: open
    closed_us     INTEGER,
    outcome       TEXT CHECK (outcome IN ('agreed', 'superseded', 'same', 'different'))
) STRICT;
CREATE UNIQUE INDEX ticket_open ON ticket (dataset, record_id, field, organ, kind) WHERE closed_index IS NULL;
CREATE INDEX ticket_by_record ON ticket (dataset, record_id, opened_index);
CREATE INDEX ticket_by_state ON ticket (dataset, closed_index, no);
