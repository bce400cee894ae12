"""Tables of the company. Places are physical only: suppliers, customers and scrap are virtual and live in the books."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, Evidence
from meridian.organization.identifiers import require_scope_code
from meridian.organization.vocabulary import DealingMode, DeviceClass, LicenceKind, PlaceKind, ZoneKind


class Company(CompanyModel):
    """A legal person whose books these are; its id is the `company_id` of all its rows."""

    evidence = Evidence.GOVERNED

    name = models.CharField(_("名称"), max_length=120)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    time_zone = models.CharField(_("时区"), max_length=48, default="Asia/Shanghai")

    class Meta:
        db_table = "organization_company"
        base_manager_name = "objects"
        verbose_name = _("公司")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=models.F("company_id")), name="company_is_its_own"),
        ]

    def __str__(self) -> str:
        return self.name


class Site(CompanyModel):
    """An address where the company works; its time zone gives documents their day."""

    evidence = Evidence.GOVERNED

    code = models.CharField(_("代码"), max_length=24)
    name = models.CharField(_("名称"), max_length=80)
    time_zone = models.CharField(_("时区"), max_length=48, default="Asia/Shanghai")
    address = models.CharField(_("地址"), max_length=200, blank=True)

    class Meta:
        db_table = "organization_site"
        base_manager_name = "objects"
        verbose_name = _("场所")
        constraints = [models.UniqueConstraint(fields=["code", "company_id"], name="site_code")]

    def __str__(self) -> str:
        return self.name


class Department(CompanyModel):
    """A part of the company."""

    evidence = Evidence.GOVERNED

    code = models.CharField(_("代码"), max_length=24)
    name = models.CharField(_("名称"), max_length=80)
    parent = CompanyForeignKey("self", null=True, blank=True, verbose_name=_("上级部门"))

    class Meta:
        db_table = "organization_department"
        base_manager_name = "objects"
        verbose_name = _("部门")
        constraints = [models.UniqueConstraint(fields=["code", "company_id"], name="department_code")]

    def __str__(self) -> str:
        return self.name


class Place(CompanyModel):
    """A warehouse, zone or bin. `zone_kind` says which goods may lie there; temperatures are degrees Celsius."""

    evidence = Evidence.GOVERNED

    site = CompanyForeignKey(Site, verbose_name=_("场所"))
    parent = CompanyForeignKey("self", null=True, blank=True, verbose_name=_("上级位置"))
    kind = models.CharField(_("层级"), max_length=12, choices=PlaceKind.choices)
    zone_kind = models.CharField(_("库区性质"), max_length=16, choices=ZoneKind.choices, blank=True)
    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=80)
    temperature_celsius_min = models.DecimalField(_("温度下限"), max_digits=5, decimal_places=1, null=True, blank=True)
    temperature_celsius_max = models.DecimalField(_("温度上限"), max_digits=5, decimal_places=1, null=True, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        db_table = "organization_place"
        base_manager_name = "objects"
        verbose_name = _("位置")
        constraints = [
            models.UniqueConstraint(fields=["code", "site", "company_id"], name="place_code"),
            models.CheckConstraint(
                condition=models.Q(kind="warehouse", zone_kind="")
                | (~models.Q(kind="warehouse") & ~models.Q(zone_kind="")),
                name="place_zone_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(temperature_celsius_min__lte=models.F("temperature_celsius_max")),
                name="place_temperature_order",
            ),
        ]
        indexes = [models.Index(fields=["site", "zone_kind"], name="place_zone")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class OwnLicence(Document):
    """A paper of the company itself: dealing licence, filing, business licence (Order 54 Art 14–16)."""

    kind = models.CharField(_("证照类型"), max_length=24, choices=LicenceKind.choices)
    licence_no = models.CharField(_("证照编号"), max_length=60)
    mode = models.CharField(_("经营方式"), max_length=12, choices=DealingMode.choices, blank=True)
    warehouse_address = models.CharField(_("库房地址"), max_length=200, blank=True)
    issued_by = models.CharField(_("发证部门"), max_length=80, blank=True)
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True, help_text=_("空白表示长期有效。"))

    class Meta:
        db_table = "organization_own_licence"
        base_manager_name = "objects"
        verbose_name = _("本企业证照")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="own_licence_number"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="own_licence_period",
            ),
        ]
        indexes = [models.Index(fields=["company_id", "-id"], name="own_licence_latest")]


class ScopeLine(DocumentLine):
    """One part of a paper's scope 范围: a device class with a class code; an empty column means any.

    Codes of the 2017 catalogue (`14`, `14-01`) and of the 2002 catalogue (`6815`) both stand on papers in use.
    """

    device_class = models.CharField(_("管理类别"), max_length=4, choices=DeviceClass.choices, blank=True)
    class_code = models.CharField(_("分类编码"), max_length=12, blank=True, validators=[require_scope_code])
    description = models.CharField(_("范围说明"), max_length=120, blank=True)

    class Meta:
        abstract = True
        base_manager_name = "objects"


class OwnLicenceScope(ScopeLine):
    """What the company's own paper covers."""

    document = CompanyForeignKey(OwnLicence, on_delete=models.CASCADE)

    class Meta:
        db_table = "organization_own_licence_scope"
        base_manager_name = "objects"
        indexes = [models.Index(fields=["document", "line_no"], name="own_licence_scope_order")]
