-- 收养登记 (Adoption): made by `make migrations` from
-- base/population/adoption.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "adoption" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "certificate_number" TEXT NOT NULL UNIQUE, -- 收养登记证字号 / Registration number
    "id_number" TEXT NOT NULL, -- 被收养人公民身份号码 / Adopted person's identity number
    "adopter_id" TEXT NOT NULL, -- 收养人公民身份号码 / Adopter's identity number
    "second_adopter_id" TEXT, -- 共同收养人公民身份号码 / Second adopter's identity number
    "registered_on" TEXT NOT NULL CHECK ("registered_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 登记日期 / Registered on
    "dissolved_on" TEXT CHECK ("dissolved_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 解除日期 / Dissolved on
) STRICT;

-- Superseded master records.
CREATE TABLE "adoption_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "certificate_number" TEXT, -- 收养登记证字号 / Registration number
    "id_number" TEXT, -- 被收养人公民身份号码 / Adopted person's identity number
    "adopter_id" TEXT, -- 收养人公民身份号码 / Adopter's identity number
    "second_adopter_id" TEXT, -- 共同收养人公民身份号码 / Second adopter's identity number
    "registered_on" TEXT, -- 登记日期 / Registered on
    "dissolved_on" TEXT, -- 解除日期 / Dissolved on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "adoption_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 收养登记证字号 / Registration number
    "id_number" TEXT, -- 被收养人公民身份号码 / Adopted person's identity number
    "adopter_id" TEXT, -- 收养人公民身份号码 / Adopter's identity number
    "second_adopter_id" TEXT, -- 共同收养人公民身份号码 / Second adopter's identity number
    "registered_on" TEXT, -- 登记日期 / Registered on
    "dissolved_on" TEXT, -- 解除日期 / Dissolved on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "adoption_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "certificate_number" TEXT, -- 收养登记证字号 / Registration number
    "id_number" TEXT, -- 被收养人公民身份号码 / Adopted person's identity number
    "adopter_id" TEXT, -- 收养人公民身份号码 / Adopter's identity number
    "second_adopter_id" TEXT, -- 共同收养人公民身份号码 / Second adopter's identity number
    "registered_on" TEXT, -- 登记日期 / Registered on
    "dissolved_on" TEXT, -- 解除日期 / Dissolved on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "adoption_by_id_number" ON "adoption" ("id_number");
CREATE INDEX "adoption_by_adopter_id" ON "adoption" ("adopter_id");
