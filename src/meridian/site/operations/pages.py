"""The page of background jobs, and the answer to whether the server is well."""

from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meridian.accounts.session import public
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.platform.jobs.health import JobState, alarms, states
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Badge, Cell, Column, Crumb, ListPage, Row
from meridian.platform.screens.views import shown
from meridian.site.backup_alarms import backup_alarms
from meridian.site.codes import as_code

WATCHERS = frozenset({"system_admin", "security_admin", "auditor"})
"""Posts that look after the server."""


@public
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For monitoring: 200 while requests are served, with silent jobs and wrong backups; 503 without the database."""
    del request
    try:
        silent, backups = alarms(), [alarm.code for alarm in backup_alarms()]
    except DatabaseError:
        down = {"status": "down", "silent_jobs": [], "backups": []}
        return JsonResponse(down, status=HTTPStatus.SERVICE_UNAVAILABLE)
    jobs = [{"job": alarm.name, "silent_seconds": int(alarm.silent_seconds)} for alarm in silent]
    status = "alarm" if jobs or backups else "ok"
    return JsonResponse({"status": status, "silent_jobs": jobs, "backups": backups})


@for_reader
@require_safe
def job_list(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every periodic job: how it stands, when it last succeeded, what it did."""
    if not WATCHERS & reader.grants.roles:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("您没有查看后台任务的权限。"),
                      owner="system_admin")  # fmt: skip
    found = states()
    page = ListPage(
        title=_("后台任务"),
        url=request.path,
        columns=(
            Column(name="job", label=_("任务"), phone="title"),
            Column(name="state", label=_("状态"), kind="badge", phone="status"),
            Column(name="succeeded_at", label=_("上次成功"), kind="datetime", phone="sub"),
            Column(name="failed_at", label=_("上次失败"), kind="datetime", phone="fact"),
            Column(name="told", label=_("结果"), phone="fact", width="wide"),
        ),
        rows=tuple(_row(state) for state in found),
        crumbs=(Crumb(label=_("系统")), Crumb(label=_("后台任务"))),
        total_count=len(found),
        count_unit=_("项"),
    )
    return shown(request, reader, "list.html", page)


def _row(state: JobState) -> Row:
    return Row(
        key=state.job.name,
        cells=(
            Cell(value=state.job.label, strong=True, note=as_code(state.job.name)),
            Cell(kind="badge", badge=_badge(state)),
            Cell(kind="datetime", value=state.succeeded_at),
            Cell(kind="datetime", value=state.failed_at, tone="bad" if state.failed_last else None),
            Cell(value=state.told),
        ),
    )


def _badge(state: JobState) -> Badge:
    if state.is_silent:
        return Badge(label=_("停止 · 已 %(minutes)s 分钟") % {"minutes": int(state.silent_seconds // 60)}, tone="bad")
    if state.failed_last:
        return Badge(label=_("上次失败"), tone="warn")
    if state.succeeded_at is None:
        return Badge(label=_("尚未运行"), tone="neutral")
    return Badge(label=_("正常"), tone="ok")
