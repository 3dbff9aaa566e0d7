-- 代码 (Code): made by `make migrations` from
-- kernel/codes/code.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "code" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 标识 / Identifier
    "list" TEXT NOT NULL, -- 代码表 / List
    "code" TEXT NOT NULL, -- 代码值 / Code
    "label_zh" TEXT NOT NULL, -- 中文名称 / Chinese label
    "label_en" TEXT, -- 英文名称 / English label
    "parent" TEXT, -- 上级代码 / Broader code
    "valid_from" TEXT CHECK ("valid_from" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 启用日期 / Valid from
    "valid_to" TEXT CHECK ("valid_to" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 停用日期 / Valid to
    "successor" TEXT, -- 替代代码 / Successor
    "certainty" TEXT, -- 可靠程度 / Certainty
    "source" TEXT -- 依据 / Source
) STRICT;

-- Superseded master records.
CREATE TABLE "code_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 标识 / Identifier
    "list" TEXT, -- 代码表 / List
    "code" TEXT, -- 代码值 / Code
    "label_zh" TEXT, -- 中文名称 / Chinese label
    "label_en" TEXT, -- 英文名称 / English label
    "parent" TEXT, -- 上级代码 / Broader code
    "valid_from" TEXT, -- 启用日期 / Valid from
    "valid_to" TEXT, -- 停用日期 / Valid to
    "successor" TEXT, -- 替代代码 / Successor
    "certainty" TEXT, -- 可靠程度 / Certainty
    "source" TEXT, -- 依据 / Source
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "code_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 标识 / Identifier
    "list" TEXT, -- 代码表 / List
    "code" TEXT, -- 代码值 / Code
    "label_zh" TEXT, -- 中文名称 / Chinese label
    "label_en" TEXT, -- 英文名称 / English label
    "parent" TEXT, -- 上级代码 / Broader code
    "valid_from" TEXT, -- 启用日期 / Valid from
    "valid_to" TEXT, -- 停用日期 / Valid to
    "successor" TEXT, -- 替代代码 / Successor
    "certainty" TEXT, -- 可靠程度 / Certainty
    "source" TEXT, -- 依据 / Source
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "code_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 标识 / Identifier
    "list" TEXT, -- 代码表 / List
    "code" TEXT, -- 代码值 / Code
    "label_zh" TEXT, -- 中文名称 / Chinese label
    "label_en" TEXT, -- 英文名称 / English label
    "parent" TEXT, -- 上级代码 / Broader code
    "valid_from" TEXT, -- 启用日期 / Valid from
    "valid_to" TEXT, -- 停用日期 / Valid to
    "successor" TEXT, -- 替代代码 / Successor
    "certainty" TEXT, -- 可靠程度 / Certainty
    "source" TEXT, -- 依据 / Source
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "code_by_list_code" ON "code" ("list", "code");
