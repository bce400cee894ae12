"""States of purchasing documents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PurchaseOrderState(TextChoices):
    """A purchase order 采购订单."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("已提交")
    RELEASED = "released", _("已下达")
    CLOSED = "closed", _("已关闭")
    VOIDED = "voided", _("已作废")


class RequisitionState(TextChoices):
    """A purchase requisition 采购申请."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待同意")
    AGREED = "agreed", _("已同意")
    CLOSED = "closed", _("已关闭")
    VOIDED = "voided", _("已作废")


class InquiryState(TextChoices):
    """A request for quotation 询价."""

    DRAFT = "draft", _("草稿")
    SENT = "sent", _("询价中")
    AWARDED = "awarded", _("已定标")
    FAILED = "failed", _("已流标")
    VOIDED = "voided", _("已作废")


class QuotationState(TextChoices):
    """A supplier's quotation 报价: invited, offered, withdrawn."""

    INVITED = "invited", _("待报价")
    OFFERED = "offered", _("已报价")
    WITHDRAWN = "withdrawn", _("已撤回")


class Currency(TextChoices):
    """What prices are in; the books are kept in it."""

    CNY = "CNY", _("人民币")


class OrderCategory(TextChoices):
    """What an order is about, for approval: the highest device class in it, and kinds that ask for more care."""

    I = "class_i", _("第一类")  # noqa: E741 - the law's own name
    II = "class_ii", _("第二类")
    III = "class_iii", _("第三类")
    IMPLANT = "implant", _("植入类")
    IVD = "ivd", _("体外诊断试剂")
    COLD_CHAIN = "cold_chain", _("冷链")


class OrderRisk(TextChoices):
    """How well the supplier is known, for approval."""

    RATED = "rated", _("有供货记录")
    UNRATED = "unrated", _("无供货记录")


class ContractKind(TextChoices):
    """What was agreed: one delivery, or prices and a ceiling that orders call off."""

    SINGLE = "single", _("采购合同")
    BLANKET = "blanket", _("框架协议")


class ContractState(TextChoices):
    """A purchase contract 采购合同."""

    DRAFT = "draft", _("草稿")
    IN_FORCE = "in_force", _("已生效")
    ENDED = "ended", _("已终止")
    VOIDED = "voided", _("已作废")
