-- 法人单位 (Legal entity): made by `make migrations` from
-- base/entities/entity.dataset.yaml

-- The master record: each field from the most trusted organ that has it.
CREATE TABLE "entity" (
    "record_id" INTEGER PRIMARY KEY,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "uscc" TEXT NOT NULL UNIQUE, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT NOT NULL, -- 名称 / Name
    "entity_type" TEXT, -- 类型 / Type
    "legal_representative" TEXT, -- 法定代表人 / Legal representative
    "legal_representative_id" TEXT, -- 法定代表人身份号码 / Legal representative's identity number
    "contact_phone" TEXT, -- 联系电话 / Phone
    "registered_capital" INTEGER CHECK ("registered_capital" >= 0), -- 注册资本 / Registered capital
    "currency" TEXT, -- 币种 / Currency
    "paid_in_capital" INTEGER CHECK ("paid_in_capital" >= 0), -- 实收资本 / Paid-in capital
    "established_on" TEXT CHECK ("established_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 成立日期 / Established on
    "approved_on" TEXT CHECK ("approved_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 核准日期 / Approved on
    "operating_from" TEXT CHECK ("operating_from" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 营业期限自 / Operating from
    "operating_to" TEXT CHECK ("operating_to" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 营业期限至 / Operating to
    "business_scope" TEXT, -- 经营范围 / Business scope
    "address" TEXT, -- 住所 / Address
    "division" TEXT, -- 住所所在区划 / Division
    "longitude" INTEGER CHECK ("longitude" BETWEEN 73000000 AND 136000000), -- 经度 / Longitude
    "latitude" INTEGER CHECK ("latitude" BETWEEN 3000000 AND 54000000), -- 纬度 / Latitude
    "industry" TEXT, -- 行业 / Industry
    "registrar" TEXT, -- 登记机关 / Registering authority
    "supervising_unit" TEXT, -- 主管单位 / Supervising unit
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT CHECK ("cancelled_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 注销日期 / Cancelled on
    "cancellation_reason" TEXT, -- 注销原因 / Reason of cancellation
    "revoked_on" TEXT CHECK ("revoked_on" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'), -- 吊销日期 / Licence revoked on
    "organisation_code" TEXT, -- 组织机构代码 / Organisation code
    "registration_number" TEXT, -- 注册号 / Registration number
    "institution_number" TEXT, -- 事业单位证书号 / Institution certificate number
    "social_organisation_number" TEXT, -- 社会组织登记证号 / Social organisation certificate number
    "tax_number" TEXT, -- 税务登记号 / Tax number
    "taxpayer_type" TEXT, -- 纳税人类型 / Taxpayer type
    "tax_status" TEXT, -- 税务状态 / Tax status
    "tax_rating" TEXT, -- 纳税信用级别 / Tax credit rating
    "employees" INTEGER CHECK ("employees" BETWEEN 0 AND 10000000), -- 从业人数 / Employees
    "insured_persons" INTEGER CHECK ("insured_persons" BETWEEN 0 AND 10000000), -- 参保人数 / Insured persons
    "statistics_unit_code" TEXT, -- 统计单位代码 / Statistics unit code
    "account_permit" TEXT -- 基本存款账户编号 / Basic account number
) STRICT;

-- Superseded master records.
CREATE TABLE "entity_history" (
    "record_id" INTEGER NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 名称 / Name
    "entity_type" TEXT, -- 类型 / Type
    "legal_representative" TEXT, -- 法定代表人 / Legal representative
    "legal_representative_id" TEXT, -- 法定代表人身份号码 / Legal representative's identity number
    "contact_phone" TEXT, -- 联系电话 / Phone
    "registered_capital" INTEGER, -- 注册资本 / Registered capital
    "currency" TEXT, -- 币种 / Currency
    "paid_in_capital" INTEGER, -- 实收资本 / Paid-in capital
    "established_on" TEXT, -- 成立日期 / Established on
    "approved_on" TEXT, -- 核准日期 / Approved on
    "operating_from" TEXT, -- 营业期限自 / Operating from
    "operating_to" TEXT, -- 营业期限至 / Operating to
    "business_scope" TEXT, -- 经营范围 / Business scope
    "address" TEXT, -- 住所 / Address
    "division" TEXT, -- 住所所在区划 / Division
    "longitude" INTEGER, -- 经度 / Longitude
    "latitude" INTEGER, -- 纬度 / Latitude
    "industry" TEXT, -- 行业 / Industry
    "registrar" TEXT, -- 登记机关 / Registering authority
    "supervising_unit" TEXT, -- 主管单位 / Supervising unit
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT, -- 注销日期 / Cancelled on
    "cancellation_reason" TEXT, -- 注销原因 / Reason of cancellation
    "revoked_on" TEXT, -- 吊销日期 / Licence revoked on
    "organisation_code" TEXT, -- 组织机构代码 / Organisation code
    "registration_number" TEXT, -- 注册号 / Registration number
    "institution_number" TEXT, -- 事业单位证书号 / Institution certificate number
    "social_organisation_number" TEXT, -- 社会组织登记证号 / Social organisation certificate number
    "tax_number" TEXT, -- 税务登记号 / Tax number
    "taxpayer_type" TEXT, -- 纳税人类型 / Taxpayer type
    "tax_status" TEXT, -- 税务状态 / Tax status
    "tax_rating" TEXT, -- 纳税信用级别 / Tax credit rating
    "employees" INTEGER, -- 从业人数 / Employees
    "insured_persons" INTEGER, -- 参保人数 / Insured persons
    "statistics_unit_code" TEXT, -- 统计单位代码 / Statistics unit code
    "account_permit" TEXT, -- 基本存款账户编号 / Basic account number
    PRIMARY KEY ("record_id", "since_index")
) STRICT, WITHOUT ROWID;

-- What each organ last said.
CREATE TABLE "entity_source" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 名称 / Name
    "entity_type" TEXT, -- 类型 / Type
    "legal_representative" TEXT, -- 法定代表人 / Legal representative
    "legal_representative_id" TEXT, -- 法定代表人身份号码 / Legal representative's identity number
    "contact_phone" TEXT, -- 联系电话 / Phone
    "registered_capital" INTEGER, -- 注册资本 / Registered capital
    "currency" TEXT, -- 币种 / Currency
    "paid_in_capital" INTEGER, -- 实收资本 / Paid-in capital
    "established_on" TEXT, -- 成立日期 / Established on
    "approved_on" TEXT, -- 核准日期 / Approved on
    "operating_from" TEXT, -- 营业期限自 / Operating from
    "operating_to" TEXT, -- 营业期限至 / Operating to
    "business_scope" TEXT, -- 经营范围 / Business scope
    "address" TEXT, -- 住所 / Address
    "division" TEXT, -- 住所所在区划 / Division
    "longitude" INTEGER, -- 经度 / Longitude
    "latitude" INTEGER, -- 纬度 / Latitude
    "industry" TEXT, -- 行业 / Industry
    "registrar" TEXT, -- 登记机关 / Registering authority
    "supervising_unit" TEXT, -- 主管单位 / Supervising unit
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT, -- 注销日期 / Cancelled on
    "cancellation_reason" TEXT, -- 注销原因 / Reason of cancellation
    "revoked_on" TEXT, -- 吊销日期 / Licence revoked on
    "organisation_code" TEXT, -- 组织机构代码 / Organisation code
    "registration_number" TEXT, -- 注册号 / Registration number
    "institution_number" TEXT, -- 事业单位证书号 / Institution certificate number
    "social_organisation_number" TEXT, -- 社会组织登记证号 / Social organisation certificate number
    "tax_number" TEXT, -- 税务登记号 / Tax number
    "taxpayer_type" TEXT, -- 纳税人类型 / Taxpayer type
    "tax_status" TEXT, -- 税务状态 / Tax status
    "tax_rating" TEXT, -- 纳税信用级别 / Tax credit rating
    "employees" INTEGER, -- 从业人数 / Employees
    "insured_persons" INTEGER, -- 参保人数 / Insured persons
    "statistics_unit_code" TEXT, -- 统计单位代码 / Statistics unit code
    "account_permit" TEXT, -- 基本存款账户编号 / Basic account number
    PRIMARY KEY ("record_id", "source_organ")
) STRICT, WITHOUT ROWID;

-- What each organ said before.
CREATE TABLE "entity_source_history" (
    "record_id" INTEGER NOT NULL,
    "source_organ" TEXT NOT NULL,
    "since_index" INTEGER NOT NULL, -- journal entry from which it is in force
    "until_index" INTEGER NOT NULL, -- journal entry that superseded it
    "salt" BLOB NOT NULL, -- of the digest in the journal
    "held" INTEGER NOT NULL, -- 1: an identity ticket keeps it out of the master
    "uscc" TEXT, -- 统一社会信用代码 / Unified social credit code
    "name" TEXT, -- 名称 / Name
    "entity_type" TEXT, -- 类型 / Type
    "legal_representative" TEXT, -- 法定代表人 / Legal representative
    "legal_representative_id" TEXT, -- 法定代表人身份号码 / Legal representative's identity number
    "contact_phone" TEXT, -- 联系电话 / Phone
    "registered_capital" INTEGER, -- 注册资本 / Registered capital
    "currency" TEXT, -- 币种 / Currency
    "paid_in_capital" INTEGER, -- 实收资本 / Paid-in capital
    "established_on" TEXT, -- 成立日期 / Established on
    "approved_on" TEXT, -- 核准日期 / Approved on
    "operating_from" TEXT, -- 营业期限自 / Operating from
    "operating_to" TEXT, -- 营业期限至 / Operating to
    "business_scope" TEXT, -- 经营范围 / Business scope
    "address" TEXT, -- 住所 / Address
    "division" TEXT, -- 住所所在区划 / Division
    "longitude" INTEGER, -- 经度 / Longitude
    "latitude" INTEGER, -- 纬度 / Latitude
    "industry" TEXT, -- 行业 / Industry
    "registrar" TEXT, -- 登记机关 / Registering authority
    "supervising_unit" TEXT, -- 主管单位 / Supervising unit
    "status" TEXT, -- 登记状态 / Status
    "cancelled_on" TEXT, -- 注销日期 / Cancelled on
    "cancellation_reason" TEXT, -- 注销原因 / Reason of cancellation
    "revoked_on" TEXT, -- 吊销日期 / Licence revoked on
    "organisation_code" TEXT, -- 组织机构代码 / Organisation code
    "registration_number" TEXT, -- 注册号 / Registration number
    "institution_number" TEXT, -- 事业单位证书号 / Institution certificate number
    "social_organisation_number" TEXT, -- 社会组织登记证号 / Social organisation certificate number
    "tax_number" TEXT, -- 税务登记号 / Tax number
    "taxpayer_type" TEXT, -- 纳税人类型 / Taxpayer type
    "tax_status" TEXT, -- 税务状态 / Tax status
    "tax_rating" TEXT, -- 纳税信用级别 / Tax credit rating
    "employees" INTEGER, -- 从业人数 / Employees
    "insured_persons" INTEGER, -- 参保人数 / Insured persons
    "statistics_unit_code" TEXT, -- 统计单位代码 / Statistics unit code
    "account_permit" TEXT, -- 基本存款账户编号 / Basic account number
    PRIMARY KEY ("record_id", "source_organ", "since_index")
) STRICT, WITHOUT ROWID;

CREATE INDEX "entity_by_name" ON "entity" ("name");
CREATE INDEX "entity_by_division" ON "entity" ("division");
CREATE INDEX "entity_by_status" ON "entity" ("status");
CREATE INDEX "entity_by_industry" ON "entity" ("industry");
CREATE INDEX "entity_by_established_on" ON "entity" ("established_on");
CREATE INDEX "entity_by_cancelled_on" ON "entity" ("cancelled_on");
CREATE INDEX "entity_by_registration_number" ON "entity" ("registration_number");
CREATE INDEX "entity_by_organisation_code" ON "entity" ("organisation_code");
