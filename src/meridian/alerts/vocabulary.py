"""Words of alerts: how far one is, how much it weighs, how near the day is, why somebody was told."""

from datetime import date

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class AlertState(TextChoices):
    """States of an alert. What clears itself is closed by the watch, from wherever it stands."""

    NEW = "new", _("新")
    CLAIMED = "claimed", _("已认领")
    IN_PROGRESS = "in_progress", _("处理中")
    RESOLVED = "resolved", _("已解决")
    IGNORED = "ignored", _("已忽略")
    CLEARED = "cleared", _("已消除")


OPEN = (AlertState.NEW, AlertState.CLAIMED, AlertState.IN_PROGRESS)
"""Somebody has something to do."""
QUIET = (AlertState.RESOLVED, AlertState.IGNORED)
"""Nobody is told while it lasts, though the cause still stands."""


class Severity(TextChoices):
    """How much an alert weighs 严重程度."""

    CRITICAL = "critical", _("严重")
    WARNING = "warning", _("警告")
    NOTICE = "notice", _("提醒")


class Stage(IntegerChoices):
    """How near the last day is; the value is the most days that may be left."""

    DAYS_90 = 90, _("90 天内")
    DAYS_60 = 60, _("60 天内")
    DAYS_30 = 30, _("30 天内")
    DAYS_7 = 7, _("7 天内")
    LAST_DAY = 0, _("今日到期")
    EXPIRED = -1, _("已过期")


def stage_of(last_day: date, today: date) -> Stage | None:
    """The stage of something usable through `last_day`; None while more than 90 days are left."""
    left = (last_day - today).days
    return Stage.EXPIRED if left < 0 else next((stage for stage in reversed(Stage) if left <= stage.value), None)


class SettingState(TextChoices):
    """States of a setting; the latest in force counts."""

    DRAFT = "draft", _("草稿")
    IN_FORCE = "in_force", _("已生效")
    WITHDRAWN = "withdrawn", _("已撤回")


class TellingKind(TextChoices):
    """Why a person was told."""

    RAISED = "raised", _("新预警")
    ROSE = "rose", _("升级提醒")
    ESCALATED = "escalated", _("逾期上报")
    RETURNED = "returned", _("再次提醒")
    HANDED_OVER = "handed_over", _("改派")


POSTS = (
    "keeper", "warehouse_manager", "receiver", "inspector", "quality_staff", "quality_head", "picker", "reviewer",
    "buyer", "purchasing_manager", "sales_staff", "sales_manager", "accountant", "finance_manager", "enterprise_head",
    "system_admin", "security_admin",
)  # fmt: skip
"""Posts that may own an alert and deal with it."""
WATCHERS = (*POSTS, "auditor")
"""Who reads alerts: exceptions are no secret within the firm."""
LAST_RESORT = ("quality_head", "system_admin", "enterprise_head")
"""Whose holder owns an alert when nobody holds a post its rule names."""
SETTERS = ("quality_staff", "quality_head", "system_admin")
SIGNERS = ("quality_head", "enterprise_head")
