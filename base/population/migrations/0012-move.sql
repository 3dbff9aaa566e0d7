-- 迁移 (Move): made by `make migrations` from
-- base/population/move.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "move" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "kind" TEXT NOT NULL, -- 迁移类别 / Kind
    "moved_on" TEXT NOT NULL CHECK ("moved_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 迁移日期 / Moved on
    "from_division" TEXT, -- 迁出地 / From
    "to_division" TEXT, -- 迁入地 / To
    "from_address" TEXT, -- 迁出地址 / Address before
    "to_address" TEXT, -- 迁入地址 / Address after
    "reason" TEXT -- 迁移原因 / Reason
) STRICT;

-- Superseded master records.
CREATE TABLE "move_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "kind" TEXT, -- 迁移类别 / Kind
    "moved_on" TEXT, -- 迁移日期 / Moved on
    "from_division" TEXT, -- 迁出地 / From
    "to_division" TEXT, -- 迁入地 / To
    "from_address" TEXT, -- 迁出地址 / Address before
    "to_address" TEXT, -- 迁入地址 / Address after
    "reason" TEXT, -- 迁移原因 / Reason
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "move_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "kind" TEXT, -- 迁移类别 / Kind
    "moved_on" TEXT, -- 迁移日期 / Moved on
    "from_division" TEXT, -- 迁出地 / From
    "to_division" TEXT, -- 迁入地 / To
    "from_address" TEXT, -- 迁出地址 / Address before
    "to_address" TEXT, -- 迁入地址 / Address after
    "reason" TEXT, -- 迁移原因 / Reason
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "move_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "kind" TEXT, -- 迁移类别 / Kind
    "moved_on" TEXT, -- 迁移日期 / Moved on
    "from_division" TEXT, -- 迁出地 / From
    "to_division" TEXT, -- 迁入地 / To
    "from_address" TEXT, -- 迁出地址 / Address before
    "to_address" TEXT, -- 迁入地址 / Address after
    "reason" TEXT, -- 迁移原因 / Reason
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "move_by_id_number_moved_on" ON "move" ("id_number", "moved_on");
