-- 预防接种 (Vaccination): made by `make migrations` from
-- base/population/vaccination.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "vaccination" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 接种编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "vaccine" TEXT NOT NULL, -- 疫苗 / Vaccine
    "dose" INTEGER CHECK ("dose" BETWEEN 1 AND 20), -- 剂次 / Dose
    "given_on" TEXT NOT NULL CHECK ("given_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 接种日期 / Given on
    "batch_number" TEXT, -- 疫苗批号 / Batch number
    "institution" TEXT -- 接种单位 / Institution
) STRICT;

-- Superseded master records.
CREATE TABLE "vaccination_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 接种编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "vaccine" TEXT, -- 疫苗 / Vaccine
    "dose" INTEGER, -- 剂次 / Dose
    "given_on" TEXT, -- 接种日期 / Given on
    "batch_number" TEXT, -- 疫苗批号 / Batch number
    "institution" TEXT, -- 接种单位 / Institution
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "vaccination_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 接种编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "vaccine" TEXT, -- 疫苗 / Vaccine
    "dose" INTEGER, -- 剂次 / Dose
    "given_on" TEXT, -- 接种日期 / Given on
    "batch_number" TEXT, -- 疫苗批号 / Batch number
    "institution" TEXT, -- 接种单位 / Institution
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "vaccination_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 接种编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "vaccine" TEXT, -- 疫苗 / Vaccine
    "dose" INTEGER, -- 剂次 / Dose
    "given_on" TEXT, -- 接种日期 / Given on
    "batch_number" TEXT, -- 疫苗批号 / Batch number
    "institution" TEXT, -- 接种单位 / Institution
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "vaccination_by_id_number_given_on" ON "vaccination" ("id_number", "given_on");
