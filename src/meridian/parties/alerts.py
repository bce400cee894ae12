"""What is warned of about parties: their papers run out (GSP Art 51(5))."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.papers import Paper, horizon, running_out
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.organization.vocabulary import LicenceKind, PaperState, Role
from meridian.parties.documents import LicenceDocument

_PAPERS = """
SELECT l.id, l.site_id, p.name, l.kind, l.licence_no, l.valid_until
FROM parties_licence l
JOIN parties_{party} p ON p.id = l.{party}_id AND p.company_id = l.company_id AND p.approved_at IS NOT NULL
WHERE l.company_id = %(company)s AND l.state = %(in_force)s AND l.valid_until <= %(until)s AND NOT EXISTS (
  SELECT FROM parties_licence n
  WHERE n.{party}_id = l.{party}_id AND n.company_id = l.company_id AND n.kind = l.kind AND n.state = %(in_force)s
    AND (n.valid_until IS NULL OR n.valid_until > l.valid_until))
ORDER BY l.valid_until, l.id
"""
_OF_SUPPLIERS, _OF_CUSTOMERS = _PAPERS.format(party="supplier"), _PAPERS.format(party="customer")


def _papers(statement: str, today: date) -> Sequence[Paper]:
    """Papers of approved parties that no later one of the same kind replaces."""
    asked = {"company": current_company_id(), "in_force": PaperState.IN_FORCE.value, "until": horizon(today)}
    return [
        Paper(key, site, name, LicenceKind(kind).label, paper_no, last_day)
        for key, site, name, kind, paper_no, last_day in fetch(statement, asked)
    ]


def supplier_papers(today: date) -> Sequence[Condition]:
    """Papers of suppliers; one statement."""
    consequence = message("到期后不得向其采购和收货。")
    return running_out(LicenceDocument, _papers(_OF_SUPPLIERS, today), today, consequence)


def customer_papers(today: date) -> Sequence[Condition]:
    """Papers of customers; one statement."""
    consequence = message("到期后不得向其销售和发货。")
    return running_out(LicenceDocument, _papers(_OF_CUSTOMERS, today), today, consequence)


RULES = (
    AlertRule(
        "supplier_papers", _("供货者证照到期"), (Role.BUYER, Role.QUALITY_STAFF, Role.QUALITY_HEAD), supplier_papers,
        verb=_("更新证照"),
    ),
    AlertRule(
        "customer_papers", _("购货者证照到期"), (Role.SALES_STAFF, Role.QUALITY_STAFF, Role.QUALITY_HEAD),
        customer_papers, verb=_("更新证照"),
    ),
)  # fmt: skip
