"""States and words of approvals."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

APPROVERS = (
    "purchasing_manager", "finance_manager", "enterprise_head", "quality_head", "warehouse_manager", "sales_manager",
)  # fmt: skip
"""Posts that a policy may ask, at installation; the site gives them their names."""
SUBMITTERS = ("buyer", "sales_staff", "quality_staff")
"""Posts that see how the cases of their documents stand."""


class PolicyState(TextChoices):
    """A policy 审批策略: drafted, checked by who keeps the system, put into force by the head of the enterprise."""

    DRAFT = "draft", _("草稿")
    CHECKED = "checked", _("已核对")
    IN_FORCE = "in_force", _("已生效")
    SUPERSEDED = "superseded", _("已被取代")


class CaseState(TextChoices):
    """One asking 审批单: about one document as it stood when it was submitted."""

    RUNNING = "running", _("审批中")
    AGREED = "agreed", _("已同意")
    REJECTED = "rejected", _("已驳回")
    WITHDRAWN = "withdrawn", _("已撤回")


class TaskState(TextChoices):
    """What one person or post is asked 审批任务."""

    PENDING = "pending", _("待审批")
    AGREED = "agreed", _("已同意")
    REJECTED = "rejected", _("已驳回")
    HANDED_ON = "handed_on", _("已转办")
    LAPSED = "lapsed", _("无需审批")


class AbsenceState(TextChoices):
    """An absence 离岗代理."""

    DRAFT = "draft", _("草稿")
    IN_FORCE = "in_force", _("已生效")
    ENDED = "ended", _("已结束")


class StepRule(TextChoices):
    """How those asked in one step agree."""

    ALL = "all", _("会签（全部同意）")
    ANY = "any", _("或签（一人同意）")
    IN_TURN = "in_turn", _("依次审批")
    COPY = "copy", _("抄送")
    NOBODY = "nobody", _("自动通过")


class TimeOut(TextChoices):
    """What happens when nobody answered in time."""

    REMIND = "remind", _("催办")
    ESCALATE = "escalate", _("升级到上级岗位")


class Origin(TextChoices):
    """Why a task is there."""

    POLICY = "policy", _("策略")
    TRANSFER = "transfer", _("转办")
    ESCALATION = "escalation", _("超时升级")
    DELEGATION = "delegation", _("委派")
    BEFORE = "before", _("前加签")
    AFTER = "after", _("后加签")
