-- 就业登记 (Employment): made by `make migrations` from
-- base/population/employment.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "employment" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 就业登记编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "state" TEXT NOT NULL, -- 就业状态 / State
    "employer_uscc" TEXT, -- 用人单位统一社会信用代码 / Employer's unified social credit code
    "occupation" TEXT, -- 职业 / Occupation
    "since" TEXT NOT NULL CHECK ("since" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 起始日期 / Since
    "ended_on" TEXT CHECK ("ended_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 终止日期 / Ended on
) STRICT;

-- Superseded master records.
CREATE TABLE "employment_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 就业登记编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "state" TEXT, -- 就业状态 / State
    "employer_uscc" TEXT, -- 用人单位统一社会信用代码 / Employer's unified social credit code
    "occupation" TEXT, -- 职业 / Occupation
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "employment_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 就业登记编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "state" TEXT, -- 就业状态 / State
    "employer_uscc" TEXT, -- 用人单位统一社会信用代码 / Employer's unified social credit code
    "occupation" TEXT, -- 职业 / Occupation
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "employment_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 就业登记编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "state" TEXT, -- 就业状态 / State
    "employer_uscc" TEXT, -- 用人单位统一社会信用代码 / Employer's unified social credit code
    "occupation" TEXT, -- 职业 / Occupation
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "employment_by_id_number" ON "employment" ("id_number");
CREATE INDEX "employment_by_employer_uscc" ON "employment" ("employer_uscc");
