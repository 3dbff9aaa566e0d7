-- 股东及出资 (Investor): made by `make migrations` from
-- base/entities/investor.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "investor" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 出资编号 / Identifier
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT NOT NULL, -- 股东名称 / Investor's name
    "investor_type" TEXT NOT NULL, -- 股东类型 / Type of investor
    "investor_uscc" TEXT, -- 股东统一社会信用代码 / Investor's unified social credit code
    "investor_id" TEXT, -- 股东身份号码 / Investor's identity number
    "subscribed" INTEGER CHECK ("subscribed" >= 0), -- 认缴出资额 / Subscribed capital
    "currency" TEXT, -- 币种 / Currency
    "paid" INTEGER CHECK ("paid" >= 0), -- 实缴出资额 / Paid-in capital
    "share_percent" INTEGER CHECK ("share_percent" BETWEEN 0 AND 1000000), -- 出资比例（%） / Share in percent
    "since" TEXT CHECK ("since" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 出资日期 / Since
) STRICT;

-- Superseded master records.
CREATE TABLE "investor_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 出资编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 股东名称 / Investor's name
    "investor_type" TEXT, -- 股东类型 / Type of investor
    "investor_uscc" TEXT, -- 股东统一社会信用代码 / Investor's unified social credit code
    "investor_id" TEXT, -- 股东身份号码 / Investor's identity number
    "subscribed" INTEGER, -- 认缴出资额 / Subscribed capital
    "currency" TEXT, -- 币种 / Currency
    "paid" INTEGER, -- 实缴出资额 / Paid-in capital
    "share_percent" INTEGER, -- 出资比例（%） / Share in percent
    "since" TEXT, -- 出资日期 / Since
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "investor_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 出资编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 股东名称 / Investor's name
    "investor_type" TEXT, -- 股东类型 / Type of investor
    "investor_uscc" TEXT, -- 股东统一社会信用代码 / Investor's unified social credit code
    "investor_id" TEXT, -- 股东身份号码 / Investor's identity number
    "subscribed" INTEGER, -- 认缴出资额 / Subscribed capital
    "currency" TEXT, -- 币种 / Currency
    "paid" INTEGER, -- 实缴出资额 / Paid-in capital
    "share_percent" INTEGER, -- 出资比例（%） / Share in percent
    "since" TEXT, -- 出资日期 / Since
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "investor_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 出资编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 股东名称 / Investor's name
    "investor_type" TEXT, -- 股东类型 / Type of investor
    "investor_uscc" TEXT, -- 股东统一社会信用代码 / Investor's unified social credit code
    "investor_id" TEXT, -- 股东身份号码 / Investor's identity number
    "subscribed" INTEGER, -- 认缴出资额 / Subscribed capital
    "currency" TEXT, -- 币种 / Currency
    "paid" INTEGER, -- 实缴出资额 / Paid-in capital
    "share_percent" INTEGER, -- 出资比例（%） / Share in percent
    "since" TEXT, -- 出资日期 / Since
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "investor_by_uscc" ON "investor" ("uscc");
CREATE INDEX "investor_by_investor_uscc" ON "investor" ("investor_uscc");
