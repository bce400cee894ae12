"""What is warned of about the company: its own papers run out (Order 54 Art 14)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.papers import Paper, horizon, running_out
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.organization.documents import OwnLicenceDocument
from meridian.organization.vocabulary import LicenceKind, PaperState, Role

_OWN = """
SELECT l.id, l.site_id, c.name, l.kind, l.licence_no, l.valid_until
FROM organization_own_licence l
JOIN organization_company c ON c.id = l.company_id AND c.company_id = l.company_id
WHERE l.company_id = %(company)s AND l.state = %(in_force)s AND l.valid_until <= %(until)s AND NOT EXISTS (
  SELECT FROM organization_own_licence n
  WHERE n.company_id = l.company_id AND n.kind = l.kind AND n.state = %(in_force)s
    AND n.warehouse_address = l.warehouse_address AND (n.valid_until IS NULL OR n.valid_until > l.valid_until))
ORDER BY l.valid_until, l.id
"""


def own_papers(today: date) -> Sequence[Condition]:
    """Papers of the company that no later one of the same kind replaces; one statement."""
    asked = {"company": current_company_id(), "in_force": PaperState.IN_FORCE.value, "until": horizon(today)}
    papers = [
        Paper(key, site, name, LicenceKind(kind).label, paper_no, last_day)
        for key, site, name, kind, paper_no, last_day in fetch(_OWN, asked)
    ]
    consequence = message("到期后不得经营许可范围内的产品；应在有效期届满 90 至 30 个工作日前申请延续。")
    return running_out(OwnLicenceDocument, papers, today, consequence)


RULES = (
    AlertRule(
        "own_papers", _("本企业证照到期"), (Role.QUALITY_HEAD, Role.ENTERPRISE_HEAD), own_papers, verb=_("申请延续")
    ),
)
