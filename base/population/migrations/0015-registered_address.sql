-- 户籍地址沿革 (Registered address): made by `make migrations` from
-- base/population/registered_address.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "registered_address" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "division" TEXT NOT NULL, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "from_date" TEXT NOT NULL CHECK ("from_date" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 起始日期 / From
    "to_date" TEXT CHECK ("to_date" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 截止日期 / To
) STRICT;

-- Superseded master records.
CREATE TABLE "registered_address_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "from_date" TEXT, -- 起始日期 / From
    "to_date" TEXT, -- 截止日期 / To
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "registered_address_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "from_date" TEXT, -- 起始日期 / From
    "to_date" TEXT, -- 截止日期 / To
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "registered_address_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "from_date" TEXT, -- 起始日期 / From
    "to_date" TEXT, -- 截止日期 / To
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "registered_address_by_id_number_from_date" ON "registered_address" ("id_number", "from_date");
