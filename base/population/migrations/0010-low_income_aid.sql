-- 社会救助 (Low-income aid): made by `make migrations` from
-- base/population/low_income_aid.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "low_income_aid" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 救助编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "aid_kind" TEXT NOT NULL, -- 救助类别 / Kind
    "household_no" TEXT, -- 户号 / Household number
    "monthly_amount" INTEGER CHECK ("monthly_amount" >= 0), -- 月救助金额（元） / Monthly amount (yuan)
    "since" TEXT NOT NULL CHECK ("since" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 起始日期 / Since
    "ended_on" TEXT CHECK ("ended_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 终止日期 / Ended on
) STRICT;

-- Superseded master records.
CREATE TABLE "low_income_aid_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 救助编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "aid_kind" TEXT, -- 救助类别 / Kind
    "household_no" TEXT, -- 户号 / Household number
    "monthly_amount" INTEGER, -- 月救助金额（元） / Monthly amount (yuan)
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "low_income_aid_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 救助编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "aid_kind" TEXT, -- 救助类别 / Kind
    "household_no" TEXT, -- 户号 / Household number
    "monthly_amount" INTEGER, -- 月救助金额（元） / Monthly amount (yuan)
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "low_income_aid_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 救助编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "aid_kind" TEXT, -- 救助类别 / Kind
    "household_no" TEXT, -- 户号 / Household number
    "monthly_amount" INTEGER, -- 月救助金额（元） / Monthly amount (yuan)
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "low_income_aid_by_id_number" ON "low_income_aid" ("id_number");
