"""States and answers of acceptance inspections."""

from django.db.models import TextChoices


class InspectionState(TextChoices):
    """An acceptance inspection 验收 (GSP Art 64–65)."""

    PENDING = "pending", "待验收"
    INSPECTED = "inspected", "待放行"
    RELEASED = "released", "已放行"


class CheckResult(TextChoices):
    """The answer to one check of GSP Art 64: appearance, package, label, proof of conformity."""

    PASSED = "passed", "符合"
    FAILED = "failed", "不符合"


class Conclusion(TextChoices):
    """The acceptance conclusion 验收结论."""

    ACCEPTED = "accepted", "合格"
    PARTLY = "partly", "部分合格"
    REJECTED = "rejected", "不合格"


class Disposition(TextChoices):
    """What is done with what failed 处置措施."""

    RETURN = "return", "退货"
    DESTROY = "destroy", "销毁"
    HOLD = "hold", "待处理"
