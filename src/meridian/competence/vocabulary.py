"""What a person may be qualified for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QualificationKind(TextChoices):
    """A post or act that law reserves for qualified persons (GSP Art 27, 32)."""

    ACCEPTANCE = "acceptance", _("验收")
    IVD_ACCEPTANCE = "ivd_acceptance", _("体外诊断试剂验收")
    COLD_CHAIN = "cold_chain", _("冷链作业")
    QUALITY_MANAGEMENT = "quality_management", _("质量管理")
    OUTBOUND_REVIEW = "outbound_review", _("出库复核")
