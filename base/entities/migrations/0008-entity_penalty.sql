-- 行政处罚 (Penalty): made by `make migrations` from
-- base/entities/entity_penalty.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "entity_penalty" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "id" TEXT NOT NULL UNIQUE, -- 处罚记录编号 / Identifier
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT NOT NULL, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document_number" TEXT NOT NULL, -- 行政处罚决定书文号 / Decision number
    "violation_type" TEXT, -- 违法行为类型 / Type of violation
    "facts" TEXT, -- 违法事实 / Facts
    "legal_basis" TEXT, -- 处罚依据 / Legal basis
    "penalty_class" TEXT NOT NULL, -- 处罚类别 / Class
    "content" TEXT, -- 处罚内容 / Content
    "fine" INTEGER CHECK ("fine" >= 0), -- 罚款金额（元） / Fine (yuan)
    "confiscated" INTEGER CHECK ("confiscated" >= 0), -- 没收金额（元） / Confiscated (yuan)
    "licence_taken" TEXT, -- 暂扣或吊销证照名称及编号 / Licence suspended or revoked
    "decided_on" TEXT NOT NULL CHECK ("decided_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 处罚决定日期 / Decided on
    "valid_to" TEXT CHECK ("valid_to" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 处罚有效期 / In force until
    "disclosed_to" TEXT CHECK ("disclosed_to" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 公示截止期 / Disclosed until
    "authority" TEXT NOT NULL, -- 处罚机关 / Authority
    "authority_uscc" TEXT, -- 处罚机关统一社会信用代码 / Authority's unified social credit code
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT -- 备注 / Remark
) STRICT;

-- Superseded master records.
CREATE TABLE "entity_penalty_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "id" TEXT, -- 处罚记录编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document_number" TEXT, -- 行政处罚决定书文号 / Decision number
    "violation_type" TEXT, -- 违法行为类型 / Type of violation
    "facts" TEXT, -- 违法事实 / Facts
    "legal_basis" TEXT, -- 处罚依据 / Legal basis
    "penalty_class" TEXT, -- 处罚类别 / Class
    "content" TEXT, -- 处罚内容 / Content
    "fine" INTEGER, -- 罚款金额（元） / Fine (yuan)
    "confiscated" INTEGER, -- 没收金额（元） / Confiscated (yuan)
    "licence_taken" TEXT, -- 暂扣或吊销证照名称及编号 / Licence suspended or revoked
    "decided_on" TEXT, -- 处罚决定日期 / Decided on
    "valid_to" TEXT, -- 处罚有效期 / In force until
    "disclosed_to" TEXT, -- 公示截止期 / Disclosed until
    "authority" TEXT, -- 处罚机关 / Authority
    "authority_uscc" TEXT, -- 处罚机关统一社会信用代码 / Authority's unified social credit code
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT, -- 备注 / Remark
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "entity_penalty_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 处罚记录编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document_number" TEXT, -- 行政处罚决定书文号 / Decision number
    "violation_type" TEXT, -- 违法行为类型 / Type of violation
    "facts" TEXT, -- 违法事实 / Facts
    "legal_basis" TEXT, -- 处罚依据 / Legal basis
    "penalty_class" TEXT, -- 处罚类别 / Class
    "content" TEXT, -- 处罚内容 / Content
    "fine" INTEGER, -- 罚款金额（元） / Fine (yuan)
    "confiscated" INTEGER, -- 没收金额（元） / Confiscated (yuan)
    "licence_taken" TEXT, -- 暂扣或吊销证照名称及编号 / Licence suspended or revoked
    "decided_on" TEXT, -- 处罚决定日期 / Decided on
    "valid_to" TEXT, -- 处罚有效期 / In force until
    "disclosed_to" TEXT, -- 公示截止期 / Disclosed until
    "authority" TEXT, -- 处罚机关 / Authority
    "authority_uscc" TEXT, -- 处罚机关统一社会信用代码 / Authority's unified social credit code
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT, -- 备注 / Remark
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "entity_penalty_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "id" TEXT, -- 处罚记录编号 / Identifier
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 行政相对人名称 / Counterparty
    "counterparty_type" TEXT, -- 行政相对人类别 / Type of counterparty
    "document_number" TEXT, -- 行政处罚决定书文号 / Decision number
    "violation_type" TEXT, -- 违法行为类型 / Type of violation
    "facts" TEXT, -- 违法事实 / Facts
    "legal_basis" TEXT, -- 处罚依据 / Legal basis
    "penalty_class" TEXT, -- 处罚类别 / Class
    "content" TEXT, -- 处罚内容 / Content
    "fine" INTEGER, -- 罚款金额（元） / Fine (yuan)
    "confiscated" INTEGER, -- 没收金额（元） / Confiscated (yuan)
    "licence_taken" TEXT, -- 暂扣或吊销证照名称及编号 / Licence suspended or revoked
    "decided_on" TEXT, -- 处罚决定日期 / Decided on
    "valid_to" TEXT, -- 处罚有效期 / In force until
    "disclosed_to" TEXT, -- 公示截止期 / Disclosed until
    "authority" TEXT, -- 处罚机关 / Authority
    "authority_uscc" TEXT, -- 处罚机关统一社会信用代码 / Authority's unified social credit code
    "source_unit" TEXT, -- 数据来源单位 / Source unit
    "source_uscc" TEXT, -- 数据来源单位统一社会信用代码 / Source unit's unified social credit code
    "remark" TEXT, -- 备注 / Remark
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "entity_penalty_by_uscc" ON "entity_penalty" ("uscc");
CREATE INDEX "entity_penalty_by_document_number" ON "entity_penalty" ("document_number");
