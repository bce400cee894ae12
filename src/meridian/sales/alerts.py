"""What is warned of about sales: goods that were to leave by today."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.organization.vocabulary import Role
from meridian.platform.screens.derive.addresses import page_url
from meridian.sales.documents import SalesOrderDocument

_LATE = """
SELECT s.document_id, o.site_id, s.number, s.party, s.due
FROM (SELECT document_id, min(document_number) AS number, min(party_name) AS party, min(day) AS due
      FROM inventory_supply_demand
      WHERE company_id = %(company)s AND document_type = %(type)s AND is_open AND day <= %(today)s
      GROUP BY document_id) s
CROSS JOIN LATERAL (SELECT x.site_id FROM sales_sales_order x
                    WHERE x.id = s.document_id AND x.company_id = %(company)s LIMIT 1) o
ORDER BY s.due, s.document_id
"""


def not_shipped(today: date) -> Sequence[Condition]:
    """Orders of which something was to leave by the end of today; one statement."""
    asked = {"company": current_company_id(), "type": SalesOrderDocument.code, "today": today}
    return [
        Condition(
            subject_type=SalesOrderDocument.code, subject_id=key, subject_number=number, site_id=site_id,
            fact=message("销售订单 {number}（{party}）应于 {day} 发货，尚未发齐", number=number, party=party, day=due),
            consequence=message("安排拣货发运，或与购货者商定新日期。"),
            url=page_url(SalesOrderDocument, key), due_on=due,
        )
        for key, site_id, number, party, due in fetch(_LATE, asked)
    ]  # fmt: skip


RULES = (
    AlertRule("late_sale", _("销售发货逾期"), (Role.SALES_STAFF, Role.SALES_MANAGER), not_shipped, verb=_("安排发货")),
)
