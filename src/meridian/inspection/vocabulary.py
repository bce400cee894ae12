"""States and answers of acceptance inspections."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InspectionState(TextChoices):
    """An acceptance inspection 验收 (GSP Art 64–65)."""

    PENDING = "pending", _("待验收")
    INSPECTED = "inspected", _("待放行")
    RELEASED = "released", _("已放行")


class CheckResult(TextChoices):
    """The answer to one check of GSP Art 64: appearance, package, label, proof of conformity."""

    PASSED = "passed", _("符合")
    FAILED = "failed", _("不符合")


class Conclusion(TextChoices):
    """The acceptance conclusion 验收结论."""

    ACCEPTED = "accepted", _("合格")
    PARTLY = "partly", _("部分合格")
    REJECTED = "rejected", _("不合格")


class Disposition(TextChoices):
    """What is done with what failed 处置措施."""

    RETURN = "return", _("退货")
    DESTROY = "destroy", _("销毁")
    HOLD = "hold", _("待处理")
