-- 住房公积金 (Provident fund): made by `make migrations` from
-- base/population/provident_fund.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "provident_fund" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "account_number" TEXT NOT NULL UNIQUE, -- 个人账号 / Account number
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "employer_uscc" TEXT, -- 缴存单位统一社会信用代码 / Employer's unified social credit code
    "state" TEXT NOT NULL, -- 账户状态 / State
    "opened_on" TEXT CHECK ("opened_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 开户日期 / Opened on
    "closed_on" TEXT CHECK ("closed_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 销户日期 / Closed on
    "monthly_payment" INTEGER CHECK ("monthly_payment" >= 0) -- 月缴存额（元） / Monthly payment (yuan)
) STRICT;

-- Superseded master records.
CREATE TABLE "provident_fund_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "account_number" TEXT, -- 个人账号 / Account number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "employer_uscc" TEXT, -- 缴存单位统一社会信用代码 / Employer's unified social credit code
    "state" TEXT, -- 账户状态 / State
    "opened_on" TEXT, -- 开户日期 / Opened on
    "closed_on" TEXT, -- 销户日期 / Closed on
    "monthly_payment" INTEGER, -- 月缴存额（元） / Monthly payment (yuan)
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "provident_fund_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "account_number" TEXT, -- 个人账号 / Account number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "employer_uscc" TEXT, -- 缴存单位统一社会信用代码 / Employer's unified social credit code
    "state" TEXT, -- 账户状态 / State
    "opened_on" TEXT, -- 开户日期 / Opened on
    "closed_on" TEXT, -- 销户日期 / Closed on
    "monthly_payment" INTEGER, -- 月缴存额（元） / Monthly payment (yuan)
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "provident_fund_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "account_number" TEXT, -- 个人账号 / Account number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "employer_uscc" TEXT, -- 缴存单位统一社会信用代码 / Employer's unified social credit code
    "state" TEXT, -- 账户状态 / State
    "opened_on" TEXT, -- 开户日期 / Opened on
    "closed_on" TEXT, -- 销户日期 / Closed on
    "monthly_payment" INTEGER, -- 月缴存额（元） / Monthly payment (yuan)
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "provident_fund_by_id_number" ON "provident_fund" ("id_number");
