-- 机关 (Organ): made by `make migrations` from
-- kernel/organs/organ.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "organ" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "organ" TEXT NOT NULL UNIQUE, -- 机关标识 / Organ
    "name" TEXT NOT NULL, -- 机关名称 / Name
    "name_en" TEXT, -- 英文名称 / English name
    "parent" TEXT, -- 上级机关 / Parent
    "division" TEXT, -- 所在区划 / Division
    "valid_from" TEXT CHECK ("valid_from" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 设立日期 / Valid from
    "valid_to" TEXT CHECK ("valid_to" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 撤销日期 / Valid to
    "successor" TEXT, -- 承接机关 / Successors
    "policy_name" TEXT, -- 2008 年文件中的名称 / Name in the policy of 2008
    "note" TEXT, -- 备注 / Note
    "certainty" TEXT -- 可靠程度 / Certainty
) STRICT;

-- Superseded master records.
CREATE TABLE "organ_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "organ" TEXT, -- 机关标识 / Organ
    "name" TEXT, -- 机关名称 / Name
    "name_en" TEXT, -- 英文名称 / English name
    "parent" TEXT, -- 上级机关 / Parent
    "division" TEXT, -- 所在区划 / Division
    "valid_from" TEXT, -- 设立日期 / Valid from
    "valid_to" TEXT, -- 撤销日期 / Valid to
    "successor" TEXT, -- 承接机关 / Successors
    "policy_name" TEXT, -- 2008 年文件中的名称 / Name in the policy of 2008
    "note" TEXT, -- 备注 / Note
    "certainty" TEXT, -- 可靠程度 / Certainty
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "organ_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "organ" TEXT, -- 机关标识 / Organ
    "name" TEXT, -- 机关名称 / Name
    "name_en" TEXT, -- 英文名称 / English name
    "parent" TEXT, -- 上级机关 / Parent
    "division" TEXT, -- 所在区划 / Division
    "valid_from" TEXT, -- 设立日期 / Valid from
    "valid_to" TEXT, -- 撤销日期 / Valid to
    "successor" TEXT, -- 承接机关 / Successors
    "policy_name" TEXT, -- 2008 年文件中的名称 / Name in the policy of 2008
    "note" TEXT, -- 备注 / Note
    "certainty" TEXT, -- 可靠程度 / Certainty
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "organ_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "organ" TEXT, -- 机关标识 / Organ
    "name" TEXT, -- 机关名称 / Name
    "name_en" TEXT, -- 英文名称 / English name
    "parent" TEXT, -- 上级机关 / Parent
    "division" TEXT, -- 所在区划 / Division
    "valid_from" TEXT, -- 设立日期 / Valid from
    "valid_to" TEXT, -- 撤销日期 / Valid to
    "successor" TEXT, -- 承接机关 / Successors
    "policy_name" TEXT, -- 2008 年文件中的名称 / Name in the policy of 2008
    "note" TEXT, -- 备注 / Note
    "certainty" TEXT, -- 可靠程度 / Certainty
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "organ_by_parent" ON "organ" ("parent");
