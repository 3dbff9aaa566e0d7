-- 个人参保 (Social insurance): made by `make migrations` from
-- base/population/social_insurance.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "social_insurance" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 个人参保编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "insurance" TEXT NOT NULL, -- 险种 / Insurance
    "state" TEXT NOT NULL, -- 参保状态 / State
    "since" TEXT CHECK ("since" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 参保日期 / Since
    "ended_on" TEXT CHECK ("ended_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 终止日期 / Ended on
    "employer_uscc" TEXT -- 参保单位统一社会信用代码 / Employer's unified social credit code
) STRICT;

-- Superseded master records.
CREATE TABLE "social_insurance_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 个人参保编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "insurance" TEXT, -- 险种 / Insurance
    "state" TEXT, -- 参保状态 / State
    "since" TEXT, -- 参保日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    "employer_uscc" TEXT, -- 参保单位统一社会信用代码 / Employer's unified social credit code
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "social_insurance_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 个人参保编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "insurance" TEXT, -- 险种 / Insurance
    "state" TEXT, -- 参保状态 / State
    "since" TEXT, -- 参保日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    "employer_uscc" TEXT, -- 参保单位统一社会信用代码 / Employer's unified social credit code
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "social_insurance_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 个人参保编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "insurance" TEXT, -- 险种 / Insurance
    "state" TEXT, -- 参保状态 / State
    "since" TEXT, -- 参保日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    "employer_uscc" TEXT, -- 参保单位统一社会信用代码 / Employer's unified social credit code
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "social_insurance_by_id_number" ON "social_insurance" ("id_number");
CREATE INDEX "social_insurance_by_employer_uscc" ON "social_insurance" ("employer_uscc");
