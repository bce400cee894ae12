"""What runs again and again on this site, besides what every worker does."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from meridian.alerts.mail import send_waiting
from meridian.alerts.watching import watch_all
from meridian.approvals.jobs import follow_up
from meridian.evidence.checks import Problem
from meridian.evidence.seal import seal_with
from meridian.evidence.verify import verify
from meridian.exchange.jobs import work_waiting
from meridian.inventory.jobs import keep_all_month_ends
from meridian.items.jobs import load_waiting
from meridian.platform.jobs.periodic import Periodic
from meridian.site.alerts import WATCH
from meridian.site.scheduled_backup import back_up, prove
from meridian.workspace.background import make_all


def seal() -> str:
    """Seals what waits, as the seal role; raises RuntimeError where its login is not configured."""
    url = os.environ.get("DATABASE_SEAL_URL", "")
    if not url:
        raise RuntimeError("DATABASE_SEAL_URL is not set: nothing is sealed")
    return f"{seal_with(url, Path(settings.STORE)).rows}"


VERIFY = "verify"
"""The job whose last run the evidence page and the badge beside every trail tell of."""


class AlteredError(Exception):
    """Something that was sealed does not hold any more; the message names the first of it."""


def require_untouched(problems: Sequence[Problem]) -> None:
    """Raises AlteredError where a verification found anything."""
    if problems:
        raise AlteredError(f"{len(problems)}: {problems[0].line()}")


def verify_all() -> str:
    """Verifies the whole store; how many sealed rows hold. Raises AlteredError for the first that does not."""
    report = verify(connection, Path(settings.STORE))
    require_untouched(report.problems)
    return f"{report.sealed_rows}"


PERIODIC = (
    Periodic("seal", _("封存证据"), "* * * * * */5", 60, seal),
    Periodic("list_exports", _("生成导出文件"), "* * * * * */2", 1800, make_all),
    Periodic("imports", _("批量导入"), "* * * * * */2", 1800, work_waiting),
    Periodic("catalogues", _("载入 UDI 目录"), "* * * * * */5", 1800, load_waiting),
    Periodic(WATCH, _("预警巡查"), "*/10 * * * * 30", 3600, watch_all),
    Periodic("approvals", _("审批超时"), "30 * * * * *", 1800, follow_up),
    Periodic("alert_mail", _("发送预警邮件"), "* * * * * 45", 3600, send_waiting),
    Periodic("month_ends", _("月末库存快照"), "20 2 * * *", 3 * 24 * 3600, keep_all_month_ends),
    Periodic(VERIFY, _("校验证据"), "40 3 * * *", 3 * 24 * 3600, verify_all, rest_seconds=12 * 3600),
    Periodic("backup", _("定时备份"), "*/10 * * * *", 26 * 3600, back_up),
    Periodic("restore_proof", _("恢复验证"), "25 * * * *", 8 * 24 * 3600, prove),
)
"""The unsealed tail is at most 60 seconds (DESIGN §5); sealing each second would only make more job rows."""
