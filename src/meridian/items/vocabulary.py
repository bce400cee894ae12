"""Words of the item master."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ItemState(TextChoices):
    """Whether the product may be bought and sold (GSP Art 54)."""

    DRAFT = "draft", _("草稿")
    APPROVED = "approved", _("已批准")
    SUSPENDED = "suspended", _("已停用")
    RETIRED = "retired", _("已淘汰")


class CertificateState(TextChoices):
    """A registration certificate or filing receipt; whether it is valid is asked of its dates."""

    DRAFT = "draft", _("草稿")
    IN_FORCE = "in_force", _("已生效")
    CANCELLED = "cancelled", _("已注销")


class SnapshotState(TextChoices):
    """A snapshot of the published catalogue of device identifiers."""

    DRAFT = "draft", _("草稿")
    LOADING = "loading", _("载入中")
    LOADED = "loaded", _("已载入")


class Unit(TextChoices):
    """A unit of quantity; stock is kept in the item's base unit."""

    PIECE = "piece", _("个")
    UNIT = "unit", _("台")
    SET = "set", _("套")
    STICK = "stick", _("支")
    ROD = "rod", _("根")
    SHEET = "sheet", _("片")
    STRIP = "strip", _("条")
    PAIR = "pair", _("副")
    BOTTLE = "bottle", _("瓶")
    BAG = "bag", _("袋")
    PACK = "pack", _("包")
    BOX = "box", _("盒")
    CASE = "case", _("箱")
    ROLL = "roll", _("卷")
    TEST = "test", _("人份")
    METRE = "metre", _("米")
    KILOGRAM = "kilogram", _("千克")
    LITRE = "litre", _("升")


class StorageCondition(TextChoices):
    """The storage condition of the label; the figures stand beside it."""

    ROOM = "room", _("常温")
    COOL = "cool", _("阴凉")
    REFRIGERATED = "refrigerated", _("冷藏")
    FROZEN = "frozen", _("冷冻")
    DEEP_FROZEN = "deep_frozen", _("深冻")


class Tracking(TextChoices):
    """How units are told apart."""

    LOT = "lot", _("批号")
    SERIAL = "serial", _("序列号")
    NONE = "none", _("不追踪")


class PackageLevel(TextChoices):
    """The package a device identifier stands on (GS1 General Specifications; NMPA UDI data)."""

    USE_UNIT = "use_unit", _("使用单元")
    SALES_UNIT = "sales_unit", _("最小销售单元")
    INNER = "inner", _("中包装")
    CASE = "case", _("外箱")
    PALLET = "pallet", _("托盘")


class UdiList(TextChoices):
    """The list of kinds, published with a batch of UDI work, that names the product; empty: no list does."""

    FIRST_BATCH = "first_batch", _("第一批（第三类 69 种）")
    THIRD_BATCH = "third_batch", _("第三批（第二类 103 种）")
