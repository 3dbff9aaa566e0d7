-- 户 (Household): made by `make migrations` from
-- base/population/household.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "household" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "household_no" TEXT NOT NULL UNIQUE, -- 户号 / Household number
    "household_type" TEXT NOT NULL, -- 户类型 / Household type
    "head_id" TEXT, -- 户主公民身份号码 / Head's identity number
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "members" INTEGER CHECK ("members" BETWEEN 0 AND 100000), -- 人数 / Members
    "opened_on" TEXT CHECK ("opened_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 立户日期 / Opened on
    "closed_on" TEXT CHECK ("closed_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 销户日期 / Closed on
) STRICT;

-- Superseded master records.
CREATE TABLE "household_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "household_no" TEXT, -- 户号 / Household number
    "household_type" TEXT, -- 户类型 / Household type
    "head_id" TEXT, -- 户主公民身份号码 / Head's identity number
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "members" INTEGER, -- 人数 / Members
    "opened_on" TEXT, -- 立户日期 / Opened on
    "closed_on" TEXT, -- 销户日期 / Closed on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "household_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "household_no" TEXT, -- 户号 / Household number
    "household_type" TEXT, -- 户类型 / Household type
    "head_id" TEXT, -- 户主公民身份号码 / Head's identity number
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "members" INTEGER, -- 人数 / Members
    "opened_on" TEXT, -- 立户日期 / Opened on
    "closed_on" TEXT, -- 销户日期 / Closed on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "household_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "household_no" TEXT, -- 户号 / Household number
    "household_type" TEXT, -- 户类型 / Household type
    "head_id" TEXT, -- 户主公民身份号码 / Head's identity number
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "members" INTEGER, -- 人数 / Members
    "opened_on" TEXT, -- 立户日期 / Opened on
    "closed_on" TEXT, -- 销户日期 / Closed on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "household_by_head_id" ON "household" ("head_id");
CREATE INDEX "household_by_division" ON "household" ("division");
