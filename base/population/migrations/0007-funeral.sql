-- 殡葬 (Funeral): made by `make migrations` from
-- base/population/funeral.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "funeral" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 火化证明编号 / Identifier
    "id_number" TEXT NOT NULL, -- 逝者公民身份号码 / Identity number of the deceased
    "held_on" TEXT NOT NULL CHECK ("held_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 火化或安葬日期 / Held on
    "institution" TEXT, -- 殡葬机构 / Institution
    "applicant_id" TEXT -- 申办人公民身份号码 / Applicant's identity number
) STRICT;

-- Superseded master records.
CREATE TABLE "funeral_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 火化证明编号 / Identifier
    "id_number" TEXT, -- 逝者公民身份号码 / Identity number of the deceased
    "held_on" TEXT, -- 火化或安葬日期 / Held on
    "institution" TEXT, -- 殡葬机构 / Institution
    "applicant_id" TEXT, -- 申办人公民身份号码 / Applicant's identity number
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "funeral_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 火化证明编号 / Identifier
    "id_number" TEXT, -- 逝者公民身份号码 / Identity number of the deceased
    "held_on" TEXT, -- 火化或安葬日期 / Held on
    "institution" TEXT, -- 殡葬机构 / Institution
    "applicant_id" TEXT, -- 申办人公民身份号码 / Applicant's identity number
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "funeral_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 火化证明编号 / Identifier
    "id_number" TEXT, -- 逝者公民身份号码 / Identity number of the deceased
    "held_on" TEXT, -- 火化或安葬日期 / Held on
    "institution" TEXT, -- 殡葬机构 / Institution
    "applicant_id" TEXT, -- 申办人公民身份号码 / Applicant's identity number
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "funeral_by_id_number" ON "funeral" ("id_number");
