-- 事物 (Thing): made by `make migrations` from
-- base/things/thing.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "thing" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 编号 / Identifier
    "name" TEXT NOT NULL, -- 名称
    "colour" TEXT, -- 颜色 / Colour */ "?
    "made_on" TEXT CHECK ("made_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 制成日期 / Made on
    "seen_at" INTEGER, -- 看见时间 / Seen at
    "count" INTEGER CHECK ("count" BETWEEN 0 AND 100), -- 数量 / Count
    "weight" INTEGER CHECK ("weight" >= 1), -- 重量 / Weight
    "depth" INTEGER CHECK ("depth" <= 0), -- 深度 / Depth
    "broken" INTEGER CHECK ("broken" IN (0, 1)), -- 已损坏 / Broken
    "each" TEXT -- 各机关 / Each
) STRICT;

-- Superseded master records.
CREATE TABLE "thing_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 编号 / Identifier
    "name" TEXT, -- 名称
    "colour" TEXT, -- 颜色 / Colour */ "?
    "made_on" TEXT, -- 制成日期 / Made on
    "seen_at" INTEGER, -- 看见时间 / Seen at
    "count" INTEGER, -- 数量 / Count
    "weight" INTEGER, -- 重量 / Weight
    "depth" INTEGER, -- 深度 / Depth
    "broken" INTEGER, -- 已损坏 / Broken
    "each" TEXT, -- 各机关 / Each
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "thing_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 编号 / Identifier
    "name" TEXT, -- 名称
    "colour" TEXT, -- 颜色 / Colour */ "?
    "made_on" TEXT, -- 制成日期 / Made on
    "seen_at" INTEGER, -- 看见时间 / Seen at
    "count" INTEGER, -- 数量 / Count
    "weight" INTEGER, -- 重量 / Weight
    "depth" INTEGER, -- 深度 / Depth
    "broken" INTEGER, -- 已损坏 / Broken
    "each" TEXT, -- 各机关 / Each
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "thing_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 编号 / Identifier
    "name" TEXT, -- 名称
    "colour" TEXT, -- 颜色 / Colour */ "?
    "made_on" TEXT, -- 制成日期 / Made on
    "seen_at" INTEGER, -- 看见时间 / Seen at
    "count" INTEGER, -- 数量 / Count
    "weight" INTEGER, -- 重量 / Weight
    "depth" INTEGER, -- 深度 / Depth
    "broken" INTEGER, -- 已损坏 / Broken
    "each" TEXT, -- 各机关 / Each
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "thing_by_name_made_on" ON "thing" ("name", "made_on");
