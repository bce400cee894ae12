"""What is wrong with the site's backups: none in time, the second place behind, no plan at all."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from meridian.evidence.backups import newest
from meridian.evidence.models import BackupStep, RestoreRecord
from meridian.kernel.clock import now
from meridian.kernel.messages import Message, message
from meridian.kernel.models import Store
from meridian.kernel.store import kind_of_store
from meridian.site.backup import BackupError
from meridian.site.scheduled_backup import plan_of

LATEST = timedelta(hours=26)
"""Without a backup for this long there is an alarm: a day and two hours to make it in."""


@dataclass(frozen=True)
class BackupAlarm:
    """One thing that is wrong; `code` is stable, `told` a sentence for people."""

    code: str
    told: Message


def backup_alarms() -> Sequence[BackupAlarm]:
    """All that is wrong now, the worst first; at most five statements. A demo or test store needs no plan."""
    try:
        plan = plan_of(os.environ, Path(settings.STORE))
    except BackupError as error:
        return [BackupAlarm("backup_settings", message("备份设置有误：{why}", why=str(error)))]
    if plan is None:
        is_normal = kind_of_store() is Store.Kind.NORMAL
        return [BackupAlarm("backup_off", message("没有设置定时备份（MERIDIAN_BACKUP_AT）。"))] if is_normal else []
    found = []
    made, copied = newest(BackupStep.MADE, passed=True), newest(BackupStep.COPIED, passed=True)
    if made is None or now() - made.at > LATEST:
        found.append(BackupAlarm("backup_late", message("26 小时内没有成功的备份。")))
    if plan.second is None:
        found.append(BackupAlarm("backup_one_place", message("备份没有第二处存放（MERIDIAN_BACKUP_TO）。")))
    elif made is not None and (copied is None or copied.file != made.file or copied.place != str(plan.second)):
        failed = newest(BackupStep.COPIED, passed=False)
        if (failed is not None and failed.at > made.at) or now() - made.at > timedelta(hours=1):
            why = failed.told if failed is not None and failed.at > made.at else ""
            found.append(BackupAlarm("backup_not_copied", message("最新备份未能复制到第二处。{why}", why=why)))
    proof = RestoreRecord.objects.order_by("-at").first()
    if proof is not None and not proof.passed:
        found.append(BackupAlarm("restore_failed", message("上次恢复验证未通过。")))
    return found
