-- 自然人 (Person): made by `make migrations` from
-- base/population/person.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "person" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id_number" TEXT NOT NULL UNIQUE, -- 公民身份号码 / Identity number
    "name" TEXT NOT NULL, -- 姓名 / Name
    "former_name" TEXT, -- 曾用名 / Former name
    "sex" TEXT, -- 性别 / Sex
    "ethnic" TEXT, -- 民族 / Ethnic group
    "birth_date" TEXT CHECK ("birth_date" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "native_place" TEXT, -- 籍贯 / Native place
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "household_type" TEXT, -- 户类型 / Household type
    "relation" TEXT, -- 与户主关系 / Relation to the head
    "marital" TEXT, -- 婚姻状况 / Marital status
    "education" TEXT, -- 文化程度 / Education
    "political_status" TEXT, -- 政治面貌 / Political status
    "occupation" TEXT, -- 职业 / Occupation
    "residence_kind" TEXT, -- 居住类别 / Kind of residence
    "status" TEXT, -- 人员状态 / Status
    "status_date" TEXT CHECK ("status_date" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 状态日期 / Status since
    "status_reason" TEXT, -- 状态原因 / Reason of the status
    "photo_reference" TEXT -- 照片编号 / Photo reference
) STRICT;

-- Superseded master records.
CREATE TABLE "person_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "former_name" TEXT, -- 曾用名 / Former name
    "sex" TEXT, -- 性别 / Sex
    "ethnic" TEXT, -- 民族 / Ethnic group
    "birth_date" TEXT, -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "native_place" TEXT, -- 籍贯 / Native place
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "household_type" TEXT, -- 户类型 / Household type
    "relation" TEXT, -- 与户主关系 / Relation to the head
    "marital" TEXT, -- 婚姻状况 / Marital status
    "education" TEXT, -- 文化程度 / Education
    "political_status" TEXT, -- 政治面貌 / Political status
    "occupation" TEXT, -- 职业 / Occupation
    "residence_kind" TEXT, -- 居住类别 / Kind of residence
    "status" TEXT, -- 人员状态 / Status
    "status_date" TEXT, -- 状态日期 / Status since
    "status_reason" TEXT, -- 状态原因 / Reason of the status
    "photo_reference" TEXT, -- 照片编号 / Photo reference
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "person_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "former_name" TEXT, -- 曾用名 / Former name
    "sex" TEXT, -- 性别 / Sex
    "ethnic" TEXT, -- 民族 / Ethnic group
    "birth_date" TEXT, -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "native_place" TEXT, -- 籍贯 / Native place
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "household_type" TEXT, -- 户类型 / Household type
    "relation" TEXT, -- 与户主关系 / Relation to the head
    "marital" TEXT, -- 婚姻状况 / Marital status
    "education" TEXT, -- 文化程度 / Education
    "political_status" TEXT, -- 政治面貌 / Political status
    "occupation" TEXT, -- 职业 / Occupation
    "residence_kind" TEXT, -- 居住类别 / Kind of residence
    "status" TEXT, -- 人员状态 / Status
    "status_date" TEXT, -- 状态日期 / Status since
    "status_reason" TEXT, -- 状态原因 / Reason of the status
    "photo_reference" TEXT, -- 照片编号 / Photo reference
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "person_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "name" TEXT, -- 姓名 / Name
    "former_name" TEXT, -- 曾用名 / Former name
    "sex" TEXT, -- 性别 / Sex
    "ethnic" TEXT, -- 民族 / Ethnic group
    "birth_date" TEXT, -- 出生日期 / Born on
    "birth_place" TEXT, -- 出生地 / Place of birth
    "native_place" TEXT, -- 籍贯 / Native place
    "division" TEXT, -- 户籍地区划 / Division of registration
    "address" TEXT, -- 户籍地址 / Registered address
    "household_no" TEXT, -- 户号 / Household number
    "household_type" TEXT, -- 户类型 / Household type
    "relation" TEXT, -- 与户主关系 / Relation to the head
    "marital" TEXT, -- 婚姻状况 / Marital status
    "education" TEXT, -- 文化程度 / Education
    "political_status" TEXT, -- 政治面貌 / Political status
    "occupation" TEXT, -- 职业 / Occupation
    "residence_kind" TEXT, -- 居住类别 / Kind of residence
    "status" TEXT, -- 人员状态 / Status
    "status_date" TEXT, -- 状态日期 / Status since
    "status_reason" TEXT, -- 状态原因 / Reason of the status
    "photo_reference" TEXT, -- 照片编号 / Photo reference
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "person_by_name_birth_date" ON "person" ("name", "birth_date");
CREATE INDEX "person_by_division" ON "person" ("division");
CREATE INDEX "person_by_household_no" ON "person" ("household_no");
