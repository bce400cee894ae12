"""States of sales documents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SalesOrderState(TextChoices):
    """A sales order 销售订单."""

    DRAFT = "draft", _("草稿")
    CONFIRMED = "confirmed", _("已确认")
    CLOSED = "closed", _("已关闭")
    VOIDED = "voided", _("已作废")
