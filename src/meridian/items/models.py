"""Tables of items: products, the certificates that make them lawful, and the identifiers on their packages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.items.identifiers import DI_LENGTH_MAX, require_di
from meridian.items.vocabulary import PackageLevel, StorageCondition, Tracking, UdiList, Unit
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, Evidence
from meridian.kernel.values.fields import QuantityField
from meridian.organization.identifiers import require_class_code, require_old_class_code
from meridian.organization.vocabulary import DeviceClass


class RegistrationCertificate(Document):
    """One period of a registration certificate 注册证 or filing receipt 备案凭证.

    A renewal keeps the number (Order 47 Art 110) and is a further row; `valid_until` is inclusive, empty for filings.
    """

    registration_no = models.CharField(_("注册证编号/备案编号"), max_length=60)
    registrant_name = models.CharField(_("注册人/备案人名称"), max_length=120)
    device_name = models.CharField(_("产品名称"), max_length=160, blank=True)
    device_class = models.CharField(_("管理类别"), max_length=4, choices=DeviceClass.choices)
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True, help_text=_("备案凭证无有效期，留空。"))
    cancelled_on = models.DateField(_("注销日期"), null=True)

    class Meta:
        db_table = "items_registration_certificate"
        base_manager_name = "objects"
        verbose_name = _("注册证")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="registration_number"),
            models.UniqueConstraint(
                fields=["registration_no", "valid_from", "company_id"], name="registration_period_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="registration_period",
            ),
        ]
        indexes = [models.Index(fields=["company_id", "-id"], name="registration_latest")]

    def __str__(self) -> str:
        return self.registration_no


class Item(Document):
    """A product or material 物料; its code is `number`. Temperatures are degrees Celsius, as on the label."""

    device_name = models.CharField(_("名称"), max_length=160)
    mnemonic = models.CharField(_("助记码"), max_length=80, blank=True)
    pinyin = models.TextField(_("拼音检索"), blank=True, editable=False)
    """Every spelling of the name: `kernel.values.pinyin.spelled`."""
    model = models.CharField(_("型号"), max_length=120, blank=True)
    specification = models.CharField(_("规格"), max_length=160)
    device_class = models.CharField(_("管理类别"), max_length=4, choices=DeviceClass.choices)
    class_code = models.CharField(_("分类编码"), max_length=12, validators=[require_class_code])
    old_class_code = models.CharField(_("原分类编码"), max_length=12, blank=True, validators=[require_old_class_code])
    is_implantable = models.BooleanField(_("植入类"), default=False)
    is_sterile = models.BooleanField(_("无菌"), default=False)
    is_ivd = models.BooleanField(_("体外诊断试剂"), default=False)
    is_cold_chain = models.BooleanField(_("冷链"), default=False)
    storage_condition = models.CharField(
        _("贮存条件"), max_length=16, choices=StorageCondition.choices, default=StorageCondition.ROOM
    )
    temperature_celsius_min = models.DecimalField(_("温度下限"), max_digits=5, decimal_places=1, null=True, blank=True)
    temperature_celsius_max = models.DecimalField(_("温度上限"), max_digits=5, decimal_places=1, null=True, blank=True)
    base_unit = models.CharField(_("单位"), max_length=12, choices=Unit.choices)
    tracking = models.CharField(_("追踪方式"), max_length=8, choices=Tracking.choices, default=Tracking.LOT)
    has_expiry = models.BooleanField(_("有有效期"), default=True)
    registrant_name = models.CharField(_("注册人/备案人名称"), max_length=120, blank=True)
    contract_manufacturer_name = models.CharField(_("受托生产企业名称"), max_length=120, blank=True)
    production_license_no = models.CharField(_("生产许可证号/备案编号"), max_length=60, blank=True)
    registration = CompanyForeignKey(RegistrationCertificate, null=True, blank=True, verbose_name=_("注册证"))
    udi_list = models.CharField(_("唯一标识实施目录"), max_length=16, choices=UdiList.choices, blank=True)
    receipt_min_days = models.PositiveIntegerField(_("收货最短剩余效期（天）"), default=0)
    approved_at = models.DateTimeField(_("批准时间"), null=True)

    class Meta:
        db_table = "items_item"
        base_manager_name = "objects"
        verbose_name = _("物料")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="item_number"),
            models.CheckConstraint(
                condition=models.Q(temperature_celsius_min__lte=models.F("temperature_celsius_max")),
                name="item_temperature_order",
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="item_latest"),
            models.Index(fields=["registration"], name="item_registration"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.device_name}"


class DeviceIdentifier(DocumentLine):
    """The DI on one package level of an item: a scan of it counts `units_per_package` base units."""

    document = CompanyForeignKey(Item, on_delete=models.CASCADE, verbose_name=_("物料"))
    di = models.CharField(_("产品标识"), max_length=DI_LENGTH_MAX, validators=[require_di])
    package_level = models.CharField(_("包装级别"), max_length=12, choices=PackageLevel.choices)
    units_per_package = QuantityField(_("每包装数量"), default=1)
    is_published = models.BooleanField(_("已在国家数据库发布"), default=False)

    class Meta:
        db_table = "items_device_identifier"
        base_manager_name = "objects"
        verbose_name = _("产品标识")
        constraints = [
            models.UniqueConstraint(fields=["di", "company_id"], name="device_identifier_di"),
            models.CheckConstraint(condition=models.Q(units_per_package__gt=0), name="device_identifier_units"),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="device_identifier_order")]


class CatalogueSnapshot(Document):
    """The published catalogue of device identifiers as it stood on a day, from a file kept as its attachment.

    `entries_digest` is the SHA-256 of its rows in the order of their identifiers; `verify` makes it again.
    """

    snapshot_on = models.DateField(_("快照日期"))
    source = models.CharField(_("来源"), max_length=120)
    entry_count = models.PositiveIntegerField(_("标识数"), default=0)
    file_sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True)
    entries_digest = models.CharField(_("内容摘要"), max_length=64, blank=True)
    loaded_at = models.DateTimeField(_("载入时间"), null=True)

    class Meta:
        db_table = "items_catalogue_snapshot"
        base_manager_name = "objects"
        verbose_name = _("目录快照")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="catalogue_snapshot_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="catalogue_snapshot_latest"),
            models.Index(fields=["company_id", "state", "-snapshot_on"], name="catalogue_snapshot_day"),
        ]


class CatalogueProgress(CompanyModel):
    """How far the worker is with a snapshot it loads, by the database's own clock; no record of the business."""

    evidence = Evidence.LOCAL

    snapshot_id = models.UUIDField()
    done = models.PositiveIntegerField(_("已读标识"), default=0)
    touched_at = models.DateTimeField(_("最近进展"))

    class Meta:
        db_table = "items_catalogue_progress"
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["snapshot_id", "company_id"], name="catalogue_progress_one")]


class PublishedIdentifier(CompanyModel):
    """One identifier of a snapshot; made from the snapshot's file and never changed."""

    evidence = Evidence.DERIVED

    snapshot = CompanyForeignKey(CatalogueSnapshot, db_index=False, verbose_name=_("目录快照"))
    di = models.CharField(_("产品标识"), max_length=DI_LENGTH_MAX)
    product_name = models.CharField(_("产品名称"), max_length=200, blank=True)
    model = models.CharField(_("规格型号"), max_length=200, blank=True)
    registrant_name = models.CharField(_("注册人/备案人名称"), max_length=200, blank=True)
    registration_no = models.CharField(_("注册证编号/备案编号"), max_length=80, blank=True)
    published_on = models.DateField(_("发布日期"), null=True)

    class Meta:
        db_table = "items_published_identifier"
        base_manager_name = "objects"
        verbose_name = _("已公布的产品标识")
        constraints = [models.UniqueConstraint(fields=["snapshot", "di", "company_id"], name="published_identifier_di")]
