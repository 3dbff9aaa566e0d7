-- 住房 (Housing): made by `make migrations` from
-- base/population/housing.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "housing" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 住房编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "housing_kind" TEXT NOT NULL, -- 住房类别 / Kind
    "division" TEXT, -- 房屋所在区划 / Division
    "address" TEXT, -- 房屋地址 / Address
    "area" INTEGER CHECK ("area" BETWEEN 0 AND 10000000), -- 建筑面积（平方米） / Floor area (m²)
    "since" TEXT CHECK ("since" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 起始日期 / Since
    "ended_on" TEXT CHECK ("ended_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 终止日期 / Ended on
) STRICT;

-- Superseded master records.
CREATE TABLE "housing_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 住房编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "housing_kind" TEXT, -- 住房类别 / Kind
    "division" TEXT, -- 房屋所在区划 / Division
    "address" TEXT, -- 房屋地址 / Address
    "area" INTEGER, -- 建筑面积（平方米） / Floor area (m²)
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "housing_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 住房编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "housing_kind" TEXT, -- 住房类别 / Kind
    "division" TEXT, -- 房屋所在区划 / Division
    "address" TEXT, -- 房屋地址 / Address
    "area" INTEGER, -- 建筑面积（平方米） / Floor area (m²)
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "housing_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 住房编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "housing_kind" TEXT, -- 住房类别 / Kind
    "division" TEXT, -- 房屋所在区划 / Division
    "address" TEXT, -- 房屋地址 / Address
    "area" INTEGER, -- 建筑面积（平方米） / Floor area (m²)
    "since" TEXT, -- 起始日期 / Since
    "ended_on" TEXT, -- 终止日期 / Ended on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "housing_by_id_number" ON "housing" ("id_number");
