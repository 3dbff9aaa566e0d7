-- 分支机构 (Branch): made by `make migrations` from
-- base/entities/branch.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "branch" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 分支机构编号 / Identifier
    "uscc" TEXT NOT NULL, -- 所属单位统一社会信用代码 / Parent's unified social credit code
    "branch_uscc" TEXT, -- 分支机构统一社会信用代码 / Branch's unified social credit code
    "name" TEXT NOT NULL, -- 分支机构名称 / Name
    "head" TEXT, -- 负责人 / Head
    "address" TEXT, -- 经营场所 / Address
    "division" TEXT, -- 所在区划 / Division
    "established_on" TEXT CHECK ("established_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 成立日期 / Established on
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT CHECK ("cancelled_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 注销日期 / Cancelled on
) STRICT;

-- Superseded master records.
CREATE TABLE "branch_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 分支机构编号 / Identifier
    "uscc" TEXT, -- 所属单位统一社会信用代码 / Parent's unified social credit code
    "branch_uscc" TEXT, -- 分支机构统一社会信用代码 / Branch's unified social credit code
    "name" TEXT, -- 分支机构名称 / Name
    "head" TEXT, -- 负责人 / Head
    "address" TEXT, -- 经营场所 / Address
    "division" TEXT, -- 所在区划 / Division
    "established_on" TEXT, -- 成立日期 / Established on
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT, -- 注销日期 / Cancelled on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "branch_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 分支机构编号 / Identifier
    "uscc" TEXT, -- 所属单位统一社会信用代码 / Parent's unified social credit code
    "branch_uscc" TEXT, -- 分支机构统一社会信用代码 / Branch's unified social credit code
    "name" TEXT, -- 分支机构名称 / Name
    "head" TEXT, -- 负责人 / Head
    "address" TEXT, -- 经营场所 / Address
    "division" TEXT, -- 所在区划 / Division
    "established_on" TEXT, -- 成立日期 / Established on
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT, -- 注销日期 / Cancelled on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "branch_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 分支机构编号 / Identifier
    "uscc" TEXT, -- 所属单位统一社会信用代码 / Parent's unified social credit code
    "branch_uscc" TEXT, -- 分支机构统一社会信用代码 / Branch's unified social credit code
    "name" TEXT, -- 分支机构名称 / Name
    "head" TEXT, -- 负责人 / Head
    "address" TEXT, -- 经营场所 / Address
    "division" TEXT, -- 所在区划 / Division
    "established_on" TEXT, -- 成立日期 / Established on
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT, -- 注销日期 / Cancelled on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "branch_by_uscc" ON "branch" ("uscc");
CREATE INDEX "branch_by_branch_uscc" ON "branch" ("branch_uscc");
