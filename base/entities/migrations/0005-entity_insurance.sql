-- 参保情况 (Insurance participation): made by `make migrations` from
-- base/entities/entity_insurance.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "entity_insurance" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 参保编号 / Identifier
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "insurance" TEXT NOT NULL, -- 险种 / Insurance
    "persons" INTEGER CHECK ("persons" BETWEEN 0 AND 10000000), -- 参保人数 / Insured persons
    "since" TEXT CHECK ("since" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 参保日期 / Since
    "ended_on" TEXT CHECK ("ended_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 停保日期 / Ended on
    "arrears" INTEGER CHECK ("arrears" >= 0) -- 欠缴金额 / Arrears
) STRICT;

-- Superseded master records.
CREATE TABLE "entity_insurance_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 参保编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "insurance" TEXT, -- 险种 / Insurance
    "persons" INTEGER, -- 参保人数 / Insured persons
    "since" TEXT, -- 参保日期 / Since
    "ended_on" TEXT, -- 停保日期 / Ended on
    "arrears" INTEGER, -- 欠缴金额 / Arrears
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "entity_insurance_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 参保编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "insurance" TEXT, -- 险种 / Insurance
    "persons" INTEGER, -- 参保人数 / Insured persons
    "since" TEXT, -- 参保日期 / Since
    "ended_on" TEXT, -- 停保日期 / Ended on
    "arrears" INTEGER, -- 欠缴金额 / Arrears
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "entity_insurance_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 参保编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "insurance" TEXT, -- 险种 / Insurance
    "persons" INTEGER, -- 参保人数 / Insured persons
    "since" TEXT, -- 参保日期 / Since
    "ended_on" TEXT, -- 停保日期 / Ended on
    "arrears" INTEGER, -- 欠缴金额 / Arrears
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "entity_insurance_by_uscc_insurance" ON "entity_insurance" ("uscc", "insurance");
