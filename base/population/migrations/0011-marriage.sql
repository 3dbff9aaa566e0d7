-- 婚姻登记 (Marriage registration): made by `make migrations` from
-- base/population/marriage.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "marriage" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "certificate_number" TEXT NOT NULL UNIQUE, -- 登记字号 / Registration number
    "event" TEXT NOT NULL, -- 登记类别 / Event
    "husband_id" TEXT NOT NULL, -- 男方公民身份号码 / Husband's identity number
    "husband_name" TEXT, -- 男方姓名 / Husband's name
    "wife_id" TEXT NOT NULL, -- 女方公民身份号码 / Wife's identity number
    "wife_name" TEXT, -- 女方姓名 / Wife's name
    "registered_on" TEXT NOT NULL CHECK ("registered_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 登记日期 / Registered on
    "registrar" TEXT -- 登记机关 / Registrar
) STRICT;

-- Superseded master records.
CREATE TABLE "marriage_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "certificate_number" TEXT, -- 登记字号 / Registration number
    "event" TEXT, -- 登记类别 / Event
    "husband_id" TEXT, -- 男方公民身份号码 / Husband's identity number
    "husband_name" TEXT, -- 男方姓名 / Husband's name
    "wife_id" TEXT, -- 女方公民身份号码 / Wife's identity number
    "wife_name" TEXT, -- 女方姓名 / Wife's name
    "registered_on" TEXT, -- 登记日期 / Registered on
    "registrar" TEXT, -- 登记机关 / Registrar
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "marriage_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 登记字号 / Registration number
    "event" TEXT, -- 登记类别 / Event
    "husband_id" TEXT, -- 男方公民身份号码 / Husband's identity number
    "husband_name" TEXT, -- 男方姓名 / Husband's name
    "wife_id" TEXT, -- 女方公民身份号码 / Wife's identity number
    "wife_name" TEXT, -- 女方姓名 / Wife's name
    "registered_on" TEXT, -- 登记日期 / Registered on
    "registrar" TEXT, -- 登记机关 / Registrar
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "marriage_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 登记字号 / Registration number
    "event" TEXT, -- 登记类别 / Event
    "husband_id" TEXT, -- 男方公民身份号码 / Husband's identity number
    "husband_name" TEXT, -- 男方姓名 / Husband's name
    "wife_id" TEXT, -- 女方公民身份号码 / Wife's identity number
    "wife_name" TEXT, -- 女方姓名 / Wife's name
    "registered_on" TEXT, -- 登记日期 / Registered on
    "registrar" TEXT, -- 登记机关 / Registrar
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "marriage_by_husband_id" ON "marriage" ("husband_id");
CREATE INDEX "marriage_by_wife_id" ON "marriage" ("wife_id");
