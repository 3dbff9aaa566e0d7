-- 干部职务 (Cadre post): made by `make migrations` from
-- base/population/cadre_post.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "cadre_post" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 任职编号 / Identifier
    "id_number" TEXT NOT NULL, -- 公民身份号码 / Identity number
    "organ" TEXT, -- 任职机关 / Organ
    "post" TEXT NOT NULL, -- 职务 / Post
    "rank" TEXT, -- 职级 / Rank
    "appointed_on" TEXT NOT NULL CHECK ("appointed_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 任职日期 / Appointed on
    "left_on" TEXT CHECK ("left_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 免职日期 / Left on
) STRICT;

-- Superseded master records.
CREATE TABLE "cadre_post_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 任职编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "organ" TEXT, -- 任职机关 / Organ
    "post" TEXT, -- 职务 / Post
    "rank" TEXT, -- 职级 / Rank
    "appointed_on" TEXT, -- 任职日期 / Appointed on
    "left_on" TEXT, -- 免职日期 / Left on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "cadre_post_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 任职编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "organ" TEXT, -- 任职机关 / Organ
    "post" TEXT, -- 职务 / Post
    "rank" TEXT, -- 职级 / Rank
    "appointed_on" TEXT, -- 任职日期 / Appointed on
    "left_on" TEXT, -- 免职日期 / Left on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "cadre_post_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 任职编号 / Identifier
    "id_number" TEXT, -- 公民身份号码 / Identity number
    "organ" TEXT, -- 任职机关 / Organ
    "post" TEXT, -- 职务 / Post
    "rank" TEXT, -- 职级 / Rank
    "appointed_on" TEXT, -- 任职日期 / Appointed on
    "left_on" TEXT, -- 免职日期 / Left on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "cadre_post_by_id_number" ON "cadre_post" ("id_number");
