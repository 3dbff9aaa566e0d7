-- 行政区划 (Division): made by `make migrations` from
-- kernel/codes/division.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "division" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "code" TEXT NOT NULL UNIQUE, -- 区划代码 / Division code
    "name" TEXT NOT NULL, -- 名称 / Name
    "level" TEXT NOT NULL, -- 级别 / Level
    "parent" TEXT, -- 上级区划 / Parent
    "valid_from" TEXT CHECK ("valid_from" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 设立日期 / Valid from
    "valid_to" TEXT CHECK ("valid_to" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 撤销日期 / Valid to
    "successor" TEXT, -- 继任区划 / Successor
    "source" TEXT, -- 依据 / Source
    "certainty" TEXT -- 可靠程度 / Certainty
) STRICT;

-- Superseded master records.
CREATE TABLE "division_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "code" TEXT, -- 区划代码 / Division code
    "name" TEXT, -- 名称 / Name
    "level" TEXT, -- 级别 / Level
    "parent" TEXT, -- 上级区划 / Parent
    "valid_from" TEXT, -- 设立日期 / Valid from
    "valid_to" TEXT, -- 撤销日期 / Valid to
    "successor" TEXT, -- 继任区划 / Successor
    "source" TEXT, -- 依据 / Source
    "certainty" TEXT, -- 可靠程度 / Certainty
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "division_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "code" TEXT, -- 区划代码 / Division code
    "name" TEXT, -- 名称 / Name
    "level" TEXT, -- 级别 / Level
    "parent" TEXT, -- 上级区划 / Parent
    "valid_from" TEXT, -- 设立日期 / Valid from
    "valid_to" TEXT, -- 撤销日期 / Valid to
    "successor" TEXT, -- 继任区划 / Successor
    "source" TEXT, -- 依据 / Source
    "certainty" TEXT, -- 可靠程度 / Certainty
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "division_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "code" TEXT, -- 区划代码 / Division code
    "name" TEXT, -- 名称 / Name
    "level" TEXT, -- 级别 / Level
    "parent" TEXT, -- 上级区划 / Parent
    "valid_from" TEXT, -- 设立日期 / Valid from
    "valid_to" TEXT, -- 撤销日期 / Valid to
    "successor" TEXT, -- 继任区划 / Successor
    "source" TEXT, -- 依据 / Source
    "certainty" TEXT, -- 可靠程度 / Certainty
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "division_by_parent" ON "division" ("parent");
CREATE INDEX "division_by_name" ON "division" ("name");
