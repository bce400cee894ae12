"""States of sales documents."""

from django.db.models import TextChoices


class SalesOrderState(TextChoices):
    """A sales order 销售订单."""

    DRAFT = "draft", "草稿"
    CONFIRMED = "confirmed", "已确认"
    CLOSED = "closed", "已关闭"
    VOIDED = "voided", "已作废"
