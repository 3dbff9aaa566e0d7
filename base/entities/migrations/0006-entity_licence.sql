-- 行政许可 (Licence): made by `make migrations` from
-- base/entities/entity_licence.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "entity_licence" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 许可记录编号 / Identifier
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT NOT NULL, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document" TEXT, -- 行政许可决定文书名称 / Decision document
    "document_number" TEXT NOT NULL, -- 行政许可决定文书号 / Document number
    "licence_class" TEXT, -- 许可类别 / Class
    "certificate" TEXT, -- 许可证书名称 / Certificate
    "certificate_number" TEXT, -- 许可编号 / Certificate number
    "content" TEXT, -- 许可内容 / Content
    "decided_on" TEXT NOT NULL CHECK ("decided_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 许可决定日期 / Decided on
    "valid_from" TEXT CHECK ("valid_from" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 有效期自 / Valid from
    "valid_to" TEXT CHECK ("valid_to" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 有效期至 / Valid to
    "authority" TEXT NOT NULL, -- 许可机关 / Authority
    "authority_uscc" TEXT, -- 许可机关统一社会信用代码 / Authority's unified social credit code
    "status" TEXT, -- 当前状态 / Status
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT -- 备注 / Remark
) STRICT;

-- Superseded master records.
CREATE TABLE "entity_licence_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 许可记录编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document" TEXT, -- 行政许可决定文书名称 / Decision document
    "document_number" TEXT, -- 行政许可决定文书号 / Document number
    "licence_class" TEXT, -- 许可类别 / Class
    "certificate" TEXT, -- 许可证书名称 / Certificate
    "certificate_number" TEXT, -- 许可编号 / Certificate number
    "content" TEXT, -- 许可内容 / Content
    "decided_on" TEXT, -- 许可决定日期 / Decided on
    "valid_from" TEXT, -- 有效期自 / Valid from
    "valid_to" TEXT, -- 有效期至 / Valid to
    "authority" TEXT, -- 许可机关 / Authority
    "authority_uscc" TEXT, -- 许可机关统一社会信用代码 / Authority's unified social credit code
    "status" TEXT, -- 当前状态 / Status
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT, -- 备注 / Remark
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "entity_licence_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 许可记录编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document" TEXT, -- 行政许可决定文书名称 / Decision document
    "document_number" TEXT, -- 行政许可决定文书号 / Document number
    "licence_class" TEXT, -- 许可类别 / Class
    "certificate" TEXT, -- 许可证书名称 / Certificate
    "certificate_number" TEXT, -- 许可编号 / Certificate number
    "content" TEXT, -- 许可内容 / Content
    "decided_on" TEXT, -- 许可决定日期 / Decided on
    "valid_from" TEXT, -- 有效期自 / Valid from
    "valid_to" TEXT, -- 有效期至 / Valid to
    "authority" TEXT, -- 许可机关 / Authority
    "authority_uscc" TEXT, -- 许可机关统一社会信用代码 / Authority's unified social credit code
    "status" TEXT, -- 当前状态 / Status
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT, -- 备注 / Remark
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "entity_licence_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 许可记录编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document" TEXT, -- 行政许可决定文书名称 / Decision document
    "document_number" TEXT, -- 行政许可决定文书号 / Document number
    "licence_class" TEXT, -- 许可类别 / Class
    "certificate" TEXT, -- 许可证书名称 / Certificate
    "certificate_number" TEXT, -- 许可编号 / Certificate number
    "content" TEXT, -- 许可内容 / Content
    "decided_on" TEXT, -- 许可决定日期 / Decided on
    "valid_from" TEXT, -- 有效期自 / Valid from
    "valid_to" TEXT, -- 有效期至 / Valid to
    "authority" TEXT, -- 许可机关 / Authority
    "authority_uscc" TEXT, -- 许可机关统一社会信用代码 / Authority's unified social credit code
    "status" TEXT, -- 当前状态 / Status
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT, -- 备注 / Remark
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "entity_licence_by_uscc" ON "entity_licence" ("uscc");
CREATE INDEX "entity_licence_by_document_number" ON "entity_licence" ("document_number");
