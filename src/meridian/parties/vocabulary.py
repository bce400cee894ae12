"""Kinds and states of suppliers and customers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PartyState(TextChoices):
    """Whether quality has approved the party (GSP Art 53, 82)."""

    DRAFT = "draft", _("草稿")
    APPROVED = "approved", _("已批准")
    SUSPENDED = "suspended", _("已停用")


class SupplierKind(TextChoices):
    """What makes a firm a lawful supplier (GSP Art 53)."""

    MAKER = "maker", _("注册人或生产企业")
    DEALER = "dealer", _("经营企业")


class CustomerKind(TextChoices):
    """To whom devices may be sold wholesale (GSP Art 81)."""

    MAKER = "maker", _("生产企业")
    DEALER = "dealer", _("经营企业")
    USER_INSTITUTION = "user_institution", _("使用单位")
    OTHER_NEED = "other_need", _("其他有合理使用需求的单位")
