"""The page of backups and restore proofs: the sealed log of what the site did by itself."""

import os
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.evidence.backups import newest, recent
from meridian.evidence.models import BackupRecord, BackupStep, RestoreRecord
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Badge,
    Cell,
    Column,
    Crumb,
    DocumentPage,
    Fact,
    LineGrid,
    Note,
    Row,
    Section,
)
from meridian.platform.screens.views import shown
from meridian.site.backup import BackupError
from meridian.site.backup_alarms import BackupAlarm, backup_alarms
from meridian.site.operations.pages import WATCHERS
from meridian.site.scheduled_backup import Plan, plan_of

URL = "/system/backups"
SHOWN = 200


@for_reader
@require_safe
def backup_list(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What was backed up, copied, cleared and proved, newest first; 403 for those who do not look after the server."""
    if not WATCHERS & reader.grants.roles:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("您没有查看备份记录的权限。"),
                      owner="system_admin")  # fmt: skip
    alarms, plan = backup_alarms(), _plan()
    is_proofs = request.GET.get("section") == "proofs"
    page = DocumentPage(
        type_label=_("系统"),
        number=_("备份与恢复"),
        url=URL,
        status=_status(alarms, plan),
        crumbs=(Crumb(label=_("系统")), Crumb(label=_("备份与恢复"))),
        note=_note(alarms),
        facts=_facts(plan),
        sections=(
            Section(name="steps", label=_("备份记录"), url=URL, is_current=not is_proofs,
                    lines=None if is_proofs else _steps()),
            Section(name="proofs", label=_("恢复验证"), url=f"{URL}?section=proofs", is_current=is_proofs,
                    lines=_proofs() if is_proofs else None),
        ),
    )  # fmt: skip
    return shown(request, reader, "document.html", page)


def _plan() -> Plan | None:
    try:
        return plan_of(os.environ, Path(settings.STORE))
    except BackupError:
        return None  # the alarm says what is wrong with it


def _status(alarms: Sequence[BackupAlarm], plan: Plan | None) -> Badge:
    if alarms:
        return Badge(label=_("有问题"), tone="bad")
    return Badge(label=_("正常"), tone="ok") if plan else Badge(label=_("未设置"), tone="neutral")


def _note(alarms: Sequence[BackupAlarm]) -> Note | None:
    if not alarms:
        return None
    return Note(sentence=" ".join(str(each.told) for each in alarms), tone="bad", icon="alert-triangle")


def _facts(plan: Plan | None) -> tuple[Fact, ...]:
    made = newest(BackupStep.MADE, passed=True)
    copied = newest(BackupStep.COPIED, passed=True)
    rule = _("留 %(days)s 天，至少 %(least)s 份")
    return (
        Fact(label=_("上次备份"), value=made.at if made else None, kind="datetime"),
        Fact(label=_("上次复制到第二处"), value=copied.at if copied else None, kind="datetime"),
        Fact(label=_("每天"), value=f"{plan.at:%H:%M} {plan.zone.key}" if plan else _("未设置")),
        Fact(label=_("第二处"), value=str(plan.second) if plan and plan.second else _("未设置")),
        Fact(label=_("清除规则"), value=rule % {"days": plan.keep_days, "least": plan.keep_least} if plan else None),
        Fact(label=_("每周恢复验证"), value=_("已开启") if plan and plan.proves else _("未开启")),
    )


def _steps() -> LineGrid:
    columns = (
        Column(name="at", label=_("时间"), kind="datetime", phone="sub"),
        Column(name="step", label=_("步骤"), phone="title"),
        Column(name="state", label=_("状态"), kind="badge", phone="status"),
        Column(name="file", label=_("文件"), phone="fact", width="wide"),
        Column(name="size", label=_("大小（MB）"), kind="number", phone="fact"),
        Column(name="digest", label=_("SHA-256"), phone="fact"),
        Column(name="told", label=_("结果"), phone="fact", width="wide"),
    )
    rows = tuple(_step_row(each) for each in recent(SHOWN))
    return LineGrid(columns=columns, rows=rows, empty=_("还没有备份记录"))


def _step_row(each: BackupRecord) -> Row:
    return Row(key=str(each.pk), cells=(
        Cell(kind="datetime", value=each.at), Cell(value=BackupStep(each.step).label, strong=True),
        Cell(kind="badge", badge=_result(each.passed)), Cell(value=each.file, note=each.place),
        Cell(kind="number", value=f"{each.size / 1e6:.1f}" if each.size else None), Cell(value=each.digest[:16]),
        Cell(value=each.told),
    ))  # fmt: skip


def _proofs() -> LineGrid:
    columns = (
        Column(name="at", label=_("时间"), kind="datetime", phone="sub"),
        Column(name="backup", label=_("备份清单"), phone="title"),
        Column(name="state", label=_("状态"), kind="badge", phone="status"),
        Column(name="rows", label=_("核对行数"), kind="number", phone="fact"),
        Column(name="differs", label=_("差异"), phone="fact", width="wide"),
        Column(name="key", label=_("签名密钥"), phone="fact"),
    )
    rows = tuple(
        Row(key=str(each.pk), cells=(
            Cell(kind="datetime", value=each.at), Cell(value=each.backup[:16], strong=True),
            Cell(kind="badge", badge=_result(each.passed)), Cell(kind="number", value=each.report.get("rows")),
            Cell(value="；".join([*each.report.get("differences", ()), *each.report.get("problems", ())])),
            Cell(value=each.key_id[:16]),
        ))
        for each in RestoreRecord.objects.order_by("-at")[:SHOWN]
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("还没有恢复验证"))


def _result(passed: bool) -> Badge:
    return Badge(label=_("成功"), tone="ok") if passed else Badge(label=_("失败"), tone="bad")
