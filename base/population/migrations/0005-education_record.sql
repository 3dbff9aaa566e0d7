-- 学籍学历 (Education record): made by `make migrations` from
-- base/population/education_record.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "education_record" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 学籍或证书编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "level" TEXT NOT NULL, -- 教育层次 / Level
    "school" TEXT NOT NULL, -- 学校 / School
    "subject" TEXT, -- 专业 / Subject
    "entered_on" TEXT CHECK ("entered_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 入学日期 / Entered on
    "left_on" TEXT CHECK ("left_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 毕业或离校日期 / Left on
    "state" TEXT NOT NULL, -- 学籍状态 / State
    "degree" TEXT, -- 学位 / Degree
    "certificate_number" TEXT -- 学历或学位证书编号 / Certificate number
) STRICT;

-- Superseded master records.
CREATE TABLE "education_record_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 学籍或证书编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "level" TEXT, -- 教育层次 / Level
    "school" TEXT, -- 学校 / School
    "subject" TEXT, -- 专业 / Subject
    "entered_on" TEXT, -- 入学日期 / Entered on
    "left_on" TEXT, -- 毕业或离校日期 / Left on
    "state" TEXT, -- 学籍状态 / State
    "degree" TEXT, -- 学位 / Degree
    "certificate_number" TEXT, -- 学历或学位证书编号 / Certificate number
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "education_record_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 学籍或证书编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "level" TEXT, -- 教育层次 / Level
    "school" TEXT, -- 学校 / School
    "subject" TEXT, -- 专业 / Subject
    "entered_on" TEXT, -- 入学日期 / Entered on
    "left_on" TEXT, -- 毕业或离校日期 / Left on
    "state" TEXT, -- 学籍状态 / State
    "degree" TEXT, -- 学位 / Degree
    "certificate_number" TEXT, -- 学历或学位证书编号 / Certificate number
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "education_record_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 学籍或证书编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "level" TEXT, -- 教育层次 / Level
    "school" TEXT, -- 学校 / School
    "subject" TEXT, -- 专业 / Subject
    "entered_on" TEXT, -- 入学日期 / Entered on
    "left_on" TEXT, -- 毕业或离校日期 / Left on
    "state" TEXT, -- 学籍状态 / State
    "degree" TEXT, -- 学位 / Degree
    "certificate_number" TEXT, -- 学历或学位证书编号 / Certificate number
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "education_record_by_id_number" ON "education_record" ("id_number");
