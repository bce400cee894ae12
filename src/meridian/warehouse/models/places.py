"""Tables of the documents by which places come into use and go out of it; the places themselves are one floor down."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models import Document
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.organization.vocabulary import ZoneKind
from meridian.warehouse.vocabulary import NewPlaceKind

RANGE_HELP = _("如 01-10、A-D 或 01,03,05；不分则留空。")


class PlaceSet(Document):
    """Zones or bins to be set up inside a place 库区货位增设 (GSP Art 40, 42).

    `aisles`, `bays` and `levels` are what they are numbered by; every combination of them is one place. `place_count`,
    `first_code` and `last_code` say what that makes.
    """

    inside = CompanyForeignKey("organization.Place", related_name="+", verbose_name=_("上级位置"))
    place_kind = models.CharField(_("层级"), max_length=12, choices=NewPlaceKind.choices, default=NewPlaceKind.BIN)
    zone_kind = models.CharField(
        _("库区性质"), max_length=16, choices=ZoneKind.choices, blank=True, help_text=_("货位留空则与所在库区相同。")
    )
    prefix = models.CharField(_("代码前缀"), max_length=16, blank=True, help_text=_("只增设一个时即为其代码。"))
    place_name = models.CharField(_("名称"), max_length=40, help_text=_("批量增设时后接代码中的编号。"))
    aisles = models.CharField(_("巷道"), max_length=60, blank=True, help_text=RANGE_HELP)
    bays = models.CharField(_("货架列"), max_length=60, blank=True, help_text=RANGE_HELP)
    levels = models.CharField(_("货架层"), max_length=60, blank=True, help_text=RANGE_HELP)
    celsius_min = models.DecimalField(
        _("温度下限"), max_digits=5, decimal_places=1, null=True, blank=True, help_text=_("℃；留空则与上级位置相同。")
    )
    celsius_max = models.DecimalField(
        _("温度上限"), max_digits=5, decimal_places=1, null=True, blank=True, help_text=_("℃；留空则与上级位置相同。")
    )
    place_count = models.IntegerField(_("增设个数"), default=0)
    first_code = models.CharField(_("首个代码"), max_length=40, blank=True)
    last_code = models.CharField(_("末个代码"), max_length=40, blank=True)
    activated_at = models.DateTimeField(_("启用时间"), null=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_place_set"
        base_manager_name = "objects"
        verbose_name = _("库区货位增设单")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="place_set_number"),
            models.CheckConstraint(
                condition=models.Q(celsius_min__lte=models.F("celsius_max")), name="place_set_temperature_order"
            ),
        ]
        indexes = [models.Index(fields=["company_id", "-id"], name="place_set_latest")]


class PlaceClosure(Document):
    """A place taken out of use, with all that lies inside it: for a time, or for good."""

    place = CompanyForeignKey("organization.Place", related_name="+", verbose_name=_("位置"))
    cause = models.CharField(_("停用原因"), max_length=200)
    closed_at = models.DateTimeField(_("停用时间"), null=True)
    reopened_at = models.DateTimeField(_("恢复时间"), null=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_place_closure"
        base_manager_name = "objects"
        verbose_name = _("库区货位停用单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="place_closure_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="place_closure_latest"),
            models.Index(fields=["place"], name="place_closure_place"),
        ]
