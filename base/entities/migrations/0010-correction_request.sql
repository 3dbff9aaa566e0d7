-- 更正申请 (Correction request): made by `make migrations` from
-- base/entities/correction_request.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "correction_request" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "no" TEXT NOT NULL UNIQUE, -- 受理编号 / Receipt number
    "uscc" TEXT NOT NULL, -- 统一社会信用代码 / Unified social credit code
    "field" TEXT NOT NULL, -- 要更正的项目 / Field
    "shown" TEXT, -- 当时显示的值 / Value shown then
    "said" TEXT NOT NULL, -- 申请人认为正确的内容 / What the requester says is right
    "basis" TEXT NOT NULL, -- 依据 / Basis
    "contact" TEXT, -- 联系方式 / Contact
    "handled_by" TEXT, -- 核实单位 / Organ that verifies it
    "received_at" INTEGER NOT NULL, -- 收到时间 / Received at
    "state" TEXT NOT NULL, -- 状态 / State
    "answer" TEXT, -- 答复 / Answer
    "answered_on" TEXT CHECK ("answered_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]') -- 答复日期 / Answered on
) STRICT;

-- Superseded master records.
CREATE TABLE "correction_request_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "no" TEXT, -- 受理编号 / Receipt number
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "field" TEXT, -- 要更正的项目 / Field
    "shown" TEXT, -- 当时显示的值 / Value shown then
    "said" TEXT, -- 申请人认为正确的内容 / What the requester says is right
    "basis" TEXT, -- 依据 / Basis
    "contact" TEXT, -- 联系方式 / Contact
    "handled_by" TEXT, -- 核实单位 / Organ that verifies it
    "received_at" INTEGER, -- 收到时间 / Received at
    "state" TEXT, -- 状态 / State
    "answer" TEXT, -- 答复 / Answer
    "answered_on" TEXT, -- 答复日期 / Answered on
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "correction_request_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "no" TEXT, -- 受理编号 / Receipt number
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "field" TEXT, -- 要更正的项目 / Field
    "shown" TEXT, -- 当时显示的值 / Value shown then
    "said" TEXT, -- 申请人认为正确的内容 / What the requester says is right
    "basis" TEXT, -- 依据 / Basis
    "contact" TEXT, -- 联系方式 / Contact
    "handled_by" TEXT, -- 核实单位 / Organ that verifies it
    "received_at" INTEGER, -- 收到时间 / Received at
    "state" TEXT, -- 状态 / State
    "answer" TEXT, -- 答复 / Answer
    "answered_on" TEXT, -- 答复日期 / Answered on
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "correction_request_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "no" TEXT, -- 受理编号 / Receipt number
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "field" TEXT, -- 要更正的项目 / Field
    "shown" TEXT, -- 当时显示的值 / Value shown then
    "said" TEXT, -- 申请人认为正确的内容 / What the requester says is right
    "basis" TEXT, -- 依据 / Basis
    "contact" TEXT, -- 联系方式 / Contact
    "handled_by" TEXT, -- 核实单位 / Organ that verifies it
    "received_at" INTEGER, -- 收到时间 / Received at
    "state" TEXT, -- 状态 / State
    "answer" TEXT, -- 答复 / Answer
    "answered_on" TEXT, -- 答复日期 / Answered on
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "correction_request_by_uscc" ON "correction_request" ("uscc");
CREATE INDEX "correction_request_by_state_received_at" ON "correction_request" ("state", "received_at");
