-- 年度报告 (Annual report): made by `make migrations` from
-- base/entities/annual_report.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "annual_report" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 年报编号 / Identifier
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "year" INTEGER NOT NULL CHECK ("year" BETWEEN 1978 AND 2200), -- 年度 / Year
    "filed_on" TEXT CHECK ("filed_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 报送日期 / Filed on
    "employees" INTEGER CHECK ("employees" BETWEEN 0 AND 10000000), -- 从业人数 / Employees
    "assets" INTEGER CHECK ("assets" >= 0), -- 资产总额 / Total assets
    "liabilities" INTEGER CHECK ("liabilities" >= 0), -- 负债总额 / Total liabilities
    "revenue" INTEGER, -- 营业收入 / Revenue
    "net_profit" INTEGER, -- 净利润 / Net profit
    "tax_paid" INTEGER, -- 纳税总额 / Tax paid
    "insured_persons" INTEGER CHECK ("insured_persons" BETWEEN 0 AND 10000000), -- 参保人数 / Insured persons
    "address" TEXT -- 通信地址 / Postal address
) STRICT;

-- Superseded master records.
CREATE TABLE "annual_report_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 年报编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "year" INTEGER, -- 年度 / Year
    "filed_on" TEXT, -- 报送日期 / Filed on
    "employees" INTEGER, -- 从业人数 / Employees
    "assets" INTEGER, -- 资产总额 / Total assets
    "liabilities" INTEGER, -- 负债总额 / Total liabilities
    "revenue" INTEGER, -- 营业收入 / Revenue
    "net_profit" INTEGER, -- 净利润 / Net profit
    "tax_paid" INTEGER, -- 纳税总额 / Tax paid
    "insured_persons" INTEGER, -- 参保人数 / Insured persons
    "address" TEXT, -- 通信地址 / Postal address
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "annual_report_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 年报编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "year" INTEGER, -- 年度 / Year
    "filed_on" TEXT, -- 报送日期 / Filed on
    "employees" INTEGER, -- 从业人数 / Employees
    "assets" INTEGER, -- 资产总额 / Total assets
    "liabilities" INTEGER, -- 负债总额 / Total liabilities
    "revenue" INTEGER, -- 营业收入 / Revenue
    "net_profit" INTEGER, -- 净利润 / Net profit
    "tax_paid" INTEGER, -- 纳税总额 / Tax paid
    "insured_persons" INTEGER, -- 参保人数 / Insured persons
    "address" TEXT, -- 通信地址 / Postal address
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "annual_report_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 年报编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "year" INTEGER, -- 年度 / Year
    "filed_on" TEXT, -- 报送日期 / Filed on
    "employees" INTEGER, -- 从业人数 / Employees
    "assets" INTEGER, -- 资产总额 / Total assets
    "liabilities" INTEGER, -- 负债总额 / Total liabilities
    "revenue" INTEGER, -- 营业收入 / Revenue
    "net_profit" INTEGER, -- 净利润 / Net profit
    "tax_paid" INTEGER, -- 纳税总额 / Tax paid
    "insured_persons" INTEGER, -- 参保人数 / Insured persons
    "address" TEXT, -- 通信地址 / Postal address
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "annual_report_by_uscc_year" ON "annual_report" ("uscc", "year");
