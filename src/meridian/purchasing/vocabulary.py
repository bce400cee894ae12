"""States of purchasing documents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PurchaseOrderState(TextChoices):
    """A purchase order 采购订单."""

    DRAFT = "draft", _("草稿")
    RELEASED = "released", _("已下达")
    CLOSED = "closed", _("已关闭")
    VOIDED = "voided", _("已作废")
