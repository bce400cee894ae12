"""Words of imports: how far one is, what becomes of rows that are known already, and whether errors stop the rest."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

IMPORTERS = (
    "quality_head", "quality_staff", "purchasing_manager", "buyer", "warehouse_manager", "keeper", "sales_manager",
    "finance_manager", "accountant",
)  # fmt: skip
"""Posts that may import; each row asks for the right to draft the record it becomes, besides."""
READERS = ("enterprise_head", "auditor", "system_admin")


class RunState(TextChoices):
    """How far an import is."""

    DRAFT = "draft", _("准备中")
    RUNNING = "running", _("导入中")
    DONE = "done", _("已导入")
    STOPPED = "stopped", _("已停止")
    UNDONE = "undone", _("已撤销")
    DISCARDED = "discarded", _("已放弃")


class Policy(TextChoices):
    """What becomes of rows by whether their record exists."""

    NEW = "new", _("只新建，已有的跳过")
    BOTH = "both", _("新建，已有的更新")
    UPDATE = "update", _("只更新已有的")


class Choice(TextChoices):
    """Whether wrong rows stop the right ones."""

    GOOD_ROWS = "good_rows", _("仅导入正确行")
    ALL_OR_NOTHING = "all_or_nothing", _("全部修正后导入")


class WorkKind(TextChoices):
    """What the worker does with an import."""

    CHECK = "check", _("校验")
    RUN = "run", _("导入")


class Act(TextChoices):
    """What a row comes to."""

    NEW = "new", _("新建")
    UPDATE = "update", _("更新")
    SAME = "same", _("无变化")
    SKIP = "skip", _("跳过")
