"""What can be imported from files: which records, how a row names its record, and the words its columns go by."""

from meridian.exchange.targets import ImportTarget, provide_targets
from meridian.items.documents import ItemDocument, RegistrationCertificateDocument
from meridian.items.identifiers import full_di, normalized_registration_no
from meridian.parties.documents import CustomerDocument, LicenceDocument, SupplierDocument

NUMBER = ("number",)
PARTY_WORDS = {
    "number": ("编号", "编码", "代码", "code"),
    "name": ("单位名称", "公司名称", "企业名称", "全称", "company", "company name", "name"),
    "uscc": ("信用代码", "社会信用代码", "税号", "纳税人识别号", "USCC", "tax id", "tax number"),
    "address": ("注册地址", "住所", "经营地址", "地址", "address"),
    "contact": ("联系人", "联络人", "contact", "contact name"),
    "phone": ("电话", "手机", "联系电话", "phone", "telephone", "mobile"),
    "kind": ("类型", "类别", "单位类型", "type"),
}
PARTY_SAMPLE = {
    "name": "示例医疗器械有限公司", "uscc": "91320100000000011M", "address": "示例市示例路 1 号", "contact": "张三",
    "phone": "025-00000000",
}  # fmt: skip


def upper(text: str) -> str:
    """Codes are compared and stored in capitals."""
    return text.strip().upper()


SUPPLIER = ImportTarget(
    SupplierDocument,
    keys=(NUMBER, ("uscc",)),
    synonyms={
        **PARTY_WORDS,
        "name": (*PARTY_WORDS["name"], "供应商", "供应商名称", "供货者名称", "supplier", "vendor"),
    },
    cleaners={"uscc": upper},
    samples={**PARTY_SAMPLE, "kind": "dealer"},
)
CUSTOMER = ImportTarget(
    CustomerDocument,
    keys=(NUMBER, ("uscc",)),
    synonyms={
        **PARTY_WORDS,
        "name": (*PARTY_WORDS["name"], "客户", "客户名称", "购货者名称", "医院名称", "customer"),
        "delivery_address": ("送货地址", "收货地址", "ship to"),
        "min_remaining_days": ("最短效期", "效期要求"),
    },
    cleaners={"uscc": upper},
    samples={**PARTY_SAMPLE, "kind": "user_institution", "delivery_address": "示例市示例路 1 号 设备科"},
)
LICENCE = ImportTarget(
    LicenceDocument,
    keys=(NUMBER, ("licence_no", "kind", "supplier"), ("licence_no", "kind", "customer")),
    synonyms={
        "supplier": ("供应商", "供货者名称", "供货单位", "supplier"),
        "customer": ("客户", "购货者名称", "购货单位", "customer"),
        "licence_no": ("证号", "许可证号", "证照号", "licence no", "license no", "license number"),
        "valid_from": ("发证日期", "起始日期", "valid from"),
        "valid_until": ("到期日", "截止日期", "有效期", "valid until", "expiry"),
        "issued_by": ("发证机关", "issued by"),
        "lines.description": ("许可范围", "经营范围"),
    },
    cleaners={"supplier": str.strip, "customer": str.strip},
    samples={"kind": "business_license", "licence_no": "91320100000000011M", "valid_from": "2024-01-01"},
)
CERTIFICATE = ImportTarget(
    RegistrationCertificateDocument,
    keys=(NUMBER, ("registration_no", "valid_from")),
    synonyms={
        "registration_no": ("注册证号", "注册证编号", "备案号", "备案凭证编号", "registration no", "reg_no"),
        "registrant_name": ("注册人", "注册人名称", "备案人", "registrant", "manufacturer"),
        "device_name": ("产品名称", "器械名称", "device name"),
        "device_class": ("类别", "管理类别", "class"),
        "valid_from": ("批准日期", "发证日期", "valid from"),
        "valid_until": ("到期日", "有效期", "失效日期", "valid until", "expiry"),
    },
    cleaners={"registration_no": normalized_registration_no},
    samples={
        "registration_no": "苏械注准20232140001", "registrant_name": "示例医疗器械有限公司",
        "device_name": "一次性使用无菌注射器",
        "device_class": "II", "valid_from": "2023-01-01", "valid_until": "2027-12-31",
    },
)  # fmt: skip
ITEM = ImportTarget(
    ItemDocument,
    keys=(NUMBER, ("device_name", "model", "specification", "registrant_name"),
          ("device_name", "specification", "registrant_name"), ("device_name", "model", "specification"),
          ("device_name", "specification")),
    line_key="di",
    synonyms={
        "number": ("物料编码", "物料编号", "产品编码", "商品编码", "货号", "item code", "item number"),
        "device_name": ("产品名称", "器械名称", "品名", "商品名称", "通用名称", "物料名称", "brandName", "device name",
                        "product name", "name"),
        "model": ("型号", "产品型号", "versionModelNumber", "model_number", "model number"),
        "specification": ("规格", "规格型号", "产品规格", "catalogNumber", "part_number", "spec"),
        "device_class": ("类别", "管理类别", "分类", "risk class", "class"),
        "class_code": ("分类编码", "分类目录编码", "目录编码", "新分类编码", "classification code"),
        "registration": ("注册证号", "注册证编号", "注册证", "备案号", "reg_no", "registration no"),
        "registrant_name": ("注册人", "生产厂家", "生产企业", "厂家", "制造商", "companyName", "manufacturer"),
        "base_unit": ("计量单位", "基本单位", "unit", "uom"),
        "is_sterile": ("无菌", "灭菌", "deviceSterile", "sterile"),
        "is_implantable": ("植入", "implantable"),
        "has_expiry": ("效期管理", "有效期管理", "expirationDate"),
        "lines.di": ("DI", "UDI-DI", "UDI", "产品标识", "最小销售单元产品标识", "条码", "GTIN",
                     "primary_di", "deviceId"),
        "lines.units_per_package": ("包装数量", "装量", "pkgQuantity"),
        "lines.package_level": ("包装层级", "pkgType"),
    },
    cleaners={"registration": normalized_registration_no, "lines.di": full_di},
    words={
        "lines.package_level": {"箱": "case", "中包装": "inner", "盒": "inner", "最小包装": "sales_unit",
                                "case": "case", "box": "inner", "primary": "sales_unit", "使用单元": "sales_unit"},
        "device_class": {"一": "I", "二": "II", "三": "III", "1": "I", "2": "II", "3": "III"},
    },
    samples={
        "device_name": "一次性使用无菌注射器", "specification": "5 mL", "device_class": "II", "class_code": "14-01-01",
        "base_unit": "piece", "registrant_name": "示例医疗器械有限公司", "lines.di": "06900000000007",
        "lines.package_level": "sales_unit", "lines.units_per_package": "1",
    },
)  # fmt: skip


def provide_import_targets() -> None:
    """Hands everything to the imports; called once when Django is ready."""
    provide_targets([SUPPLIER, CUSTOMER, LICENCE, CERTIFICATE, ITEM])
