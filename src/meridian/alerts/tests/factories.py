"""Alerts for tests: the company's own licence for one warehouse runs out in ten days, and the watch finds it."""

from datetime import date, timedelta
from itertools import count
from uuid import UUID

from meridian.alerts.documents import AlertDocument
from meridian.alerts.models import Alert
from meridian.alerts.watching import watch
from meridian.kernel.clock import now
from meridian.kernel.registry import registry
from meridian.organization.documents import OwnLicenceDocument
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role

_warehouses = count(1)


def today(company: CompanyForTests) -> date:
    """The company's day."""
    with company.scope():
        return now().astimezone(registry.providers.company_zone()).date()


def expiring_licence(company: CompanyForTests, days: int = 10) -> UUID:
    """A paper in force that no other replaces."""
    last_day = today(company) + timedelta(days=days)
    fields = {"kind": "production_filing", "licence_no": f"BA-{next(_warehouses)}", "valid_from": "2020-01-01",
              "warehouse_address": f"江南市仓储路 {next(_warehouses)} 号", "valid_until": last_day}  # fmt: skip
    made = company.draft(OwnLicenceDocument, fields)
    company.perform(OwnLicenceDocument.put_into_force, made.document_id)
    return made.document_id


def alert_of(company: CompanyForTests, subject_id: UUID) -> Alert:
    """The latest alert of a thing, read anew."""
    with company.scope():
        found: Alert = Alert.objects.filter(subject_id=subject_id).order_by("-pk")[0]
        return found


def raised(company: CompanyForTests, days: int = 10) -> UUID:
    """A new alert, owned by the head of quality."""
    paper = expiring_licence(company, days)
    watch(company.company_id)
    return alert_of(company, paper).pk


def ignorable(company: CompanyForTests, until: int = 5) -> UUID:
    """A new alert whose owner wrote down until when it may be ignored."""
    key = raised(company)
    fields = {"ignore_until": today(company) + timedelta(days=until)}
    company.draft(AlertDocument, fields, role=Role.QUALITY_HEAD, document_id=key)
    return key


def cleared(company: CompanyForTests) -> UUID:
    """An alert whose cause is gone."""
    paper = expiring_licence(company)
    watch(company.company_id)
    company.perform(OwnLicenceDocument.withdraw, paper, reason="注销")
    watch(company.company_id)
    return alert_of(company, paper).pk
