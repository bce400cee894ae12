"""Every state of alerts and their settings × every move × who may."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from meridian.alerts.documents import AlertDocument, AlertSettingDocument
from meridian.alerts.tests.factories import cleared, ignorable, raised, today
from meridian.alerts.vocabulary import POSTS
from meridian.kernel.declare import DocumentType
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved

pytestmark = pytest.mark.django_db
HEAD, STAFF = Role.QUALITY_HEAD, Role.QUALITY_STAFF
ROLES = (HEAD, STAFF, Role.AUDITOR)
ALERT: type[DocumentType[Any, Any]] = AlertDocument
SETTING: type[DocumentType[Any, Any]] = AlertSettingDocument


@pytest.fixture
def company() -> CompanyForTests:
    return new_company(ROLES)


def alert_makers(company: CompanyForTests) -> dict[str, Callable[[], UUID]]:
    of = AlertDocument
    new, claim = partial(raised, company), (of.claim, HEAD)
    return {
        "new": new,
        "claimed": lambda: moved(company, new(), claim),
        "in_progress": lambda: moved(company, new(), claim, (of.start, HEAD)),
        "resolved": lambda: moved(company, new(), claim, (of.resolve, HEAD)),
        "ignored": lambda: moved(company, ignorable(company), (of.ignore, HEAD)),
        "cleared": partial(cleared, company),
    }


def setting_makers(company: CompanyForTests) -> dict[str, Callable[[], UUID]]:
    of = AlertSettingDocument

    def draft() -> UUID:
        until = today(company) + timedelta(days=10)
        fields = {"rule": "late_sale", "answer_days": 5, "muted_until": until, "justification": "春节放假"}
        return company.draft(of, fields).document_id

    return {
        "draft": draft,
        "in_force": lambda: moved(company, draft(), (of.put_into_force, HEAD)),
        "withdrawn": lambda: moved(company, draft(), (of.withdraw, HEAD)),
    }


ALERT_LEGAL = {
    ("new", "claim"): "claimed",
    ("claimed", "start"): "in_progress",
    ("claimed", "resolve"): "resolved",
    ("in_progress", "resolve"): "resolved",
    ("claimed", "take_over"): "claimed",
    ("in_progress", "take_over"): "claimed",
    ("new", "ignore"): "ignored_until_given",
    ("claimed", "ignore"): "ignored_until_given",
    ("in_progress", "ignore"): "ignored_until_given",
}
MACHINE_ONLY = [
    *((state, "clear") for state in ("new", "claimed", "in_progress", "resolved", "ignored")),
    ("resolved", "come_back"),
    ("ignored", "come_back"),
]


@pytest.mark.parametrize("state", AlertDocument.states.values)
def test_an_alert_moves_as_its_table_says(company: CompanyForTests, state: str) -> None:
    may = {name: {Role(post) for post in POSTS} & {*ROLES} for name in ALERT.transitions}
    may = {**may, "clear": {HEAD}, "come_back": {HEAD}}
    legal = {**ALERT_LEGAL, **dict.fromkeys(MACHINE_ONLY, "permission_required")}
    lifecycle = Lifecycle(AlertDocument, alert_makers(company), legal, may)
    assert departures(company, lifecycle, state, ROLES) == []


@pytest.mark.parametrize("state", AlertSettingDocument.states.values)
def test_a_setting_moves_as_its_table_says(company: CompanyForTests, state: str) -> None:
    may = {name: {HEAD} for name in SETTING.transitions}
    legal = {
        ("draft", "put_into_force"): "in_force",
        ("draft", "withdraw"): "withdrawn",
        ("in_force", "withdraw"): "withdrawn",
    }
    lifecycle = Lifecycle(AlertSettingDocument, setting_makers(company), legal, may)
    assert departures(company, lifecycle, state, ROLES) == []
