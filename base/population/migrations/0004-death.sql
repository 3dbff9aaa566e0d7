-- 死亡 (Death): made by `make migrations` from
-- base/population/death.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "death" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "certificate_number" TEXT NOT NULL UNIQUE, -- 死亡医学证明编号 / Death certificate number
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "died_on" TEXT NOT NULL CHECK ("died_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 死亡日期 / Died on
    "place" TEXT, -- 死亡地点 / Place
    "cause" TEXT, -- 死亡原因 / Cause
    "institution" TEXT -- 出具机构 / Institution
) STRICT;

-- Superseded master records.
CREATE TABLE "death_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "certificate_number" TEXT, -- 死亡医学证明编号 / Death certificate number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "died_on" TEXT, -- 死亡日期 / Died on
    "place" TEXT, -- 死亡地点 / Place
    "cause" TEXT, -- 死亡原因 / Cause
    "institution" TEXT, -- 出具机构 / Institution
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "death_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 死亡医学证明编号 / Death certificate number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "died_on" TEXT, -- 死亡日期 / Died on
    "place" TEXT, -- 死亡地点 / Place
    "cause" TEXT, -- 死亡原因 / Cause
    "institution" TEXT, -- 出具机构 / Institution
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "death_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 死亡医学证明编号 / Death certificate number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "died_on" TEXT, -- 死亡日期 / Died on
    "place" TEXT, -- 死亡地点 / Place
    "cause" TEXT, -- 死亡原因 / Cause
    "institution" TEXT, -- 出具机构 / Institution
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "death_by_id_number" ON "death" ("id_number");
