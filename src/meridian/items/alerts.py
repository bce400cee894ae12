"""What is warned of about products: their registration certificates run out (Order 739 Art 22)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.papers import Paper, horizon, running_out
from meridian.items.documents import RegistrationCertificateDocument
from meridian.items.vocabulary import CertificateState
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.organization.vocabulary import Role

_CERTIFICATES = """
SELECT c.id, c.site_id, coalesce(nullif(c.device_name, ''), c.registrant_name), c.registration_no, c.valid_until
FROM items_registration_certificate c
WHERE c.company_id = %(company)s AND c.state = %(in_force)s AND c.valid_until <= %(until)s
  AND EXISTS (SELECT FROM items_item i
              JOIN items_registration_certificate r ON r.id = i.registration_id AND r.company_id = i.company_id
              WHERE r.registration_no = c.registration_no AND i.company_id = c.company_id)
  AND NOT EXISTS (
    SELECT FROM items_registration_certificate n
    WHERE n.registration_no = c.registration_no AND n.company_id = c.company_id AND n.state = %(in_force)s
      AND (n.valid_until IS NULL OR n.valid_until > c.valid_until))
ORDER BY c.valid_until, c.id
"""


def registrations(today: date) -> Sequence[Condition]:
    """Certificates of items that no renewal follows; one statement."""
    asked = {"company": current_company_id(), "in_force": CertificateState.IN_FORCE.value, "until": horizon(today)}
    papers = [
        Paper(key, site, name, message("注册证"), number, last_day)
        for key, site, name, number, last_day in fetch(_CERTIFICATES, asked)
    ]
    consequence = message("到期后生产的产品不得采购和验收；到期前生产的可销售至其有效期。")
    return running_out(RegistrationCertificateDocument, papers, today, consequence)


RULES = (
    AlertRule(
        "registrations", _("注册证到期"), (Role.QUALITY_STAFF, Role.QUALITY_HEAD), registrations, verb=_("更新证照")
    ),
)
