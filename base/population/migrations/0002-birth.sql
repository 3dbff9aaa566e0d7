-- 出生 (Birth): made by `make migrations` from
-- base/population/birth.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "birth" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "certificate_number" TEXT NOT NULL UNIQUE, -- 出生医学证明编号 / Birth certificate number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "sex" TEXT NOT NULL, -- 性别 / Sex
    "born_on" TEXT NOT NULL CHECK ("born_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "institution" TEXT, -- 接生机构 / Institution
    "weight" INTEGER CHECK ("weight" BETWEEN 200 AND 9000), -- 体重（克） / Weight (g)
    "mother_id" TEXT, -- 母亲公民身份号码 / Mother's identity number
    "father_id" TEXT -- 父亲公民身份号码 / Father's identity number
) STRICT;

-- Superseded master records.
CREATE TABLE "birth_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "certificate_number" TEXT, -- 出生医学证明编号 / Birth certificate number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "sex" TEXT, -- 性别 / Sex
    "born_on" TEXT, -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "institution" TEXT, -- 接生机构 / Institution
    "weight" INTEGER, -- 体重（克） / Weight (g)
    "mother_id" TEXT, -- 母亲公民身份号码 / Mother's identity number
    "father_id" TEXT, -- 父亲公民身份号码 / Father's identity number
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "birth_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 出生医学证明编号 / Birth certificate number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "sex" TEXT, -- 性别 / Sex
    "born_on" TEXT, -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "institution" TEXT, -- 接生机构 / Institution
    "weight" INTEGER, -- 体重（克） / Weight (g)
    "mother_id" TEXT, -- 母亲公民身份号码 / Mother's identity number
    "father_id" TEXT, -- 父亲公民身份号码 / Father's identity number
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "birth_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 出生医学证明编号 / Birth certificate number
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "sex" TEXT, -- 性别 / Sex
    "born_on" TEXT, -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "institution" TEXT, -- 接生机构 / Institution
    "weight" INTEGER, -- 体重（克） / Weight (g)
    "mother_id" TEXT, -- 母亲公民身份号码 / Mother's identity number
    "father_id" TEXT, -- 父亲公民身份号码 / Father's identity number
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "birth_by_id_number" ON "birth" ("id_number");
CREATE INDEX "birth_by_mother_id" ON "birth" ("mother_id");
