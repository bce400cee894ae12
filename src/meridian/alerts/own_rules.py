"""Rules about what every company has: waivers in force."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.vocabulary import Severity
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.messages import Message, message
from meridian.kernel.models import Waiver
from meridian.kernel.waivers import WaiverState
from meridian.platform.screens.derive.addresses import page_url


def waivers_in_force(today: date) -> Sequence[Condition]:
    """Exceptions that let a rule pass today."""
    rows = Waiver.objects.filter(state=WaiverState.ACTIVE, ends_on__gte=today).order_by("ends_on", "pk")
    return [
        Condition(
            subject_type=WaiverDocument.code, subject_id=row.pk, subject_number=row.number, site_id=row.site_id,
            fact=message("让步 {number} 有效至 {day}：{rule}", number=row.number, day=row.ends_on,
                         rule=Message(row.gate_code)),
            consequence=message("在此之前该规则对 {subject} 放行。", subject=row.subject_number),
            url=page_url(WaiverDocument, row.pk), due_on=row.ends_on,
        )
        for row in rows
    ]  # fmt: skip


WAIVERS = AlertRule(
    "waiver_in_force", _("让步有效"), ("quality_head", "enterprise_head"), waivers_in_force,
    severities={None: Severity.NOTICE}, answer_days=30,
)  # fmt: skip
RULES = (WAIVERS,)
