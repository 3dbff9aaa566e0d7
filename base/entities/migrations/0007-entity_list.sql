-- 名录列入 (List entry): made by `make migrations` from
-- base/entities/entity_list.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "entity_list" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 列入编号 / Identifier
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "list" TEXT NOT NULL, -- 名录 / List
    "reason" TEXT NOT NULL, -- 列入原因 / Reason
    "listed_on" TEXT NOT NULL CHECK ("listed_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 列入日期 / Listed on
    "authority" TEXT, -- 列入机关 / Authority
    "removed_on" TEXT CHECK ("removed_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 移出日期 / Removed on
    "removal_reason" TEXT -- 移出原因 / Reason of removal
) STRICT;

-- Superseded master records.
CREATE TABLE "entity_list_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 列入编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "list" TEXT, -- 名录 / List
    "reason" TEXT, -- 列入原因 / Reason
    "listed_on" TEXT, -- 列入日期 / Listed on
    "authority" TEXT, -- 列入机关 / Authority
    "removed_on" TEXT, -- 移出日期 / Removed on
    "removal_reason" TEXT, -- 移出原因 / Reason of removal
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "entity_list_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 列入编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "list" TEXT, -- 名录 / List
    "reason" TEXT, -- 列入原因 / Reason
    "listed_on" TEXT, -- 列入日期 / Listed on
    "authority" TEXT, -- 列入机关 / Authority
    "removed_on" TEXT, -- 移出日期 / Removed on
    "removal_reason" TEXT, -- 移出原因 / Reason of removal
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "entity_list_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 列入编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "list" TEXT, -- 名录 / List
    "reason" TEXT, -- 列入原因 / Reason
    "listed_on" TEXT, -- 列入日期 / Listed on
    "authority" TEXT, -- 列入机关 / Authority
    "removed_on" TEXT, -- 移出日期 / Removed on
    "removal_reason" TEXT, -- 移出原因 / Reason of removal
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "entity_list_by_uscc" ON "entity_list" ("uscc");
CREATE INDEX "entity_list_by_list" ON "entity_list" ("list");
