-- 变更登记 (Registered change): made by `make migrations` from
-- base/entities/entity_change.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "entity_change" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 变更编号 / Identifier
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "item" TEXT NOT NULL, -- 变更事项 / Item
    "before" TEXT, -- 变更前 / Before
    "after" TEXT, -- 变更后 / After
    "changed_on" TEXT NOT NULL CHECK ("changed_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 变更日期 / Changed on
) STRICT;

-- Superseded master records.
CREATE TABLE "entity_change_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 变更编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "item" TEXT, -- 变更事项 / Item
    "before" TEXT, -- 变更前 / Before
    "after" TEXT, -- 变更后 / After
    "changed_on" TEXT, -- 变更日期 / Changed on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "entity_change_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 变更编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "item" TEXT, -- 变更事项 / Item
    "before" TEXT, -- 变更前 / Before
    "after" TEXT, -- 变更后 / After
    "changed_on" TEXT, -- 变更日期 / Changed on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "entity_change_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 变更编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "item" TEXT, -- 变更事项 / Item
    "before" TEXT, -- 变更前 / Before
    "after" TEXT, -- 变更后 / After
    "changed_on" TEXT, -- 变更日期 / Changed on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "entity_change_by_uscc_changed_on" ON "entity_change" ("uscc", "changed_on");
