"""What is warned of about the server: background jobs that fell silent or fail."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.vocabulary import Severity
from meridian.kernel.messages import Message, message
from meridian.organization.queries import sites
from meridian.organization.vocabulary import Role
from meridian.platform.jobs.health import JobState, states

JOBS = UUID("6b7f6c1e-4c4b-5a55-9d0e-3b0f3a0c5d10")
"""Names jobs: they have no key of their own."""
JOBS_URL = "/system/jobs"
SILENT = "后台任务“{job}”已停止，最近成功：{last}"
FAILING = "后台任务“{job}”最近一次运行失败，最近成功：{last}"


def _job(template: str, state: JobState) -> Condition:
    at = state.succeeded_at
    last = message("从未成功") if at is None else timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return Condition(
        subject_type="job", subject_id=uuid5(JOBS, state.job.name), subject_number=str(state.job.name),
        site_id=sites()[0].pk, fact=Message(template, {"job": state.job.label, "last": last}),
        consequence=message("它负责的工作没有进行；原因见后台任务页。"), url=JOBS_URL,
    )  # fmt: skip


def silent_jobs(today: date) -> Sequence[Condition]:
    """Jobs that have not succeeded for longer than they may."""
    del today
    return [_job(SILENT, state) for state in states() if state.is_silent]


def failing_jobs(today: date) -> Sequence[Condition]:
    """Jobs whose last run failed, though they are not silent yet."""
    del today
    return [_job(FAILING, state) for state in states() if state.failed_last and not state.is_silent]


ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.QUALITY_HEAD)

SILENT_JOBS = AlertRule(
    "silent_job", _("后台任务停止"), ADMINISTRATORS, silent_jobs, severities={None: Severity.CRITICAL}, answer_days=1
)
FAILING_JOBS = AlertRule("failing_job", _("后台任务失败"), ADMINISTRATORS, failing_jobs, answer_days=1)
RULES = (SILENT_JOBS, FAILING_JOBS)
