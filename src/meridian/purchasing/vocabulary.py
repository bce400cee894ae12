"""States of purchasing documents."""

from django.db.models import TextChoices


class PurchaseOrderState(TextChoices):
    """A purchase order 采购订单."""

    DRAFT = "draft", "草稿"
    RELEASED = "released", "已下达"
    CLOSED = "closed", "已关闭"
    VOIDED = "voided", "已作废"
