"""What is warned of about persons: their qualifications run out (GSP Art 27, 32)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.papers import Paper, horizon, running_out
from meridian.competence.documents import QualificationDocument
from meridian.competence.vocabulary import QualificationKind
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.organization.vocabulary import PaperState, Role

_QUALIFICATIONS = """
SELECT q.id, q.site_id, u.name, q.kind, q.certificate_no, q.valid_until
FROM competence_qualification q
JOIN kernel_user u ON u.id = q.person_id AND u.company_id = q.company_id AND u.is_active
WHERE q.company_id = %(company)s AND q.state = %(in_force)s AND q.valid_until <= %(until)s AND NOT EXISTS (
  SELECT FROM competence_qualification n
  WHERE n.person_id = q.person_id AND n.company_id = q.company_id AND n.kind = q.kind AND n.state = %(in_force)s
    AND (n.valid_until IS NULL OR n.valid_until > q.valid_until))
ORDER BY q.valid_until, q.id
"""


def qualifications(today: date) -> Sequence[Condition]:
    """Qualifications of persons who work here, that no later one of the same kind replaces; one statement."""
    asked = {"company": current_company_id(), "in_force": PaperState.IN_FORCE.value, "until": horizon(today)}
    papers = [
        Paper(key, site, name, message("“{kind}”资格", kind=QualificationKind(kind).label), number, last_day)
        for key, site, name, kind, number, last_day in fetch(_QUALIFICATIONS, asked)
    ]
    return running_out(QualificationDocument, papers, today, message("到期后不得从事该项工作。"))


RULES = (
    AlertRule(
        "qualifications", _("人员资格到期"), (Role.QUALITY_STAFF, Role.QUALITY_HEAD), qualifications, verb=_("更新资格")
    ),
)
