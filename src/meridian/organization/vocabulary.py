"""Posts, places and papers of the company."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A post 岗位; its value is the role code that declarations name."""

    KEEPER = "keeper", _("保管员")
    WAREHOUSE_MANAGER = "warehouse_manager", _("仓库主管")
    RECEIVER = "receiver", _("收货员")
    INSPECTOR = "inspector", _("验收员")
    QUALITY_STAFF = "quality_staff", _("质管员")
    QUALITY_HEAD = "quality_head", _("质量负责人")
    PICKER = "picker", _("拣货员")
    REVIEWER = "reviewer", _("复核员")
    BUYER = "buyer", _("采购员")
    PURCHASING_MANAGER = "purchasing_manager", _("采购主管")
    SALES_STAFF = "sales_staff", _("业务员")
    SALES_MANAGER = "sales_manager", _("销售主管")
    ACCOUNTANT = "accountant", _("会计")
    FINANCE_MANAGER = "finance_manager", _("财务主管")
    ENTERPRISE_HEAD = "enterprise_head", _("企业负责人")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDITOR = "auditor", _("检查员")


QUALITY_ROLES = (Role.QUALITY_STAFF, Role.QUALITY_HEAD)
"""Who may write quality master data (GSP Art 51(3), G77)."""

SITE_AND_WAREHOUSE = {"site": "site_id", "warehouse": "warehouse_id"}
"""How documents about goods are limited: to their site, or to the one warehouse that all their goods lie in."""

EVERYONE = tuple(Role)
"""Every post: masters may be read by all who work with them."""


class PlaceKind(TextChoices):
    """How large a place is."""

    WAREHOUSE = "warehouse", _("仓库")
    ZONE = "zone", _("库区")
    BIN = "bin", _("货位")


class ZoneKind(TextChoices):
    """What a zone is for, by its colour (GSP Art 40)."""

    PENDING = "pending", _("待验区")
    QUALIFIED = "qualified", _("合格品区")
    NONCONFORMING = "nonconforming", _("不合格品区")
    DISPATCH = "dispatch", _("发货区")
    RETURNS = "returns", _("退货区")


class DeviceClass(TextChoices):
    """The management class 管理类别 (Order 739 Art 6)."""

    I = "I", _("第一类")  # noqa: E741 - the law's own name
    II = "II", _("第二类")
    III = "III", _("第三类")


class PaperState(TextChoices):
    """A paper with a period of validity: a licence, a certificate, a qualification.

    Whether it is still valid is asked of its dates, not of its state.
    """

    DRAFT = "draft", _("草稿")
    IN_FORCE = "in_force", _("已生效")
    WITHDRAWN = "withdrawn", _("已撤回")


class LicenceKind(TextChoices):
    """A paper that lets a firm make, deal in or use devices (GSP Art 53, 82; Order 54)."""

    BUSINESS_LICENSE = "business_license", _("营业执照")
    PRODUCTION_LICENSE = "production_license", _("医疗器械生产许可证")
    PRODUCTION_FILING = "production_filing", _("第一类生产备案凭证")
    DEALING_LICENSE = "dealing_license", _("医疗器械经营许可证")
    DEALING_FILING = "dealing_filing", _("第二类经营备案凭证")
    PRACTICE_LICENSE = "practice_license", _("医疗机构执业许可证")
    PURPOSE_PROOF = "purpose_proof", _("使用单位或用途证明")


class DealingMode(TextChoices):
    """How a dealer may sell 经营方式 (Order 54 Art 14)."""

    WHOLESALE = "wholesale", _("批发")
    RETAIL = "retail", _("零售")
    BOTH = "both", _("批零兼营")


WHOLESALE_MODES = frozenset({DealingMode.WHOLESALE.value, DealingMode.BOTH.value})
