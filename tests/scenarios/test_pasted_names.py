"""Names and codes pasted into lines are resolved at once, within what the form's own picker offers."""

from typing import Any

import pytest
from django.test import Client

from meridian.items.models import Item
from meridian.items.tests.factories import draft_item
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from tests.scenarios.test_palette import client_of

pytestmark = pytest.mark.django_db
URL = "/pick/items/item/named"


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.BUYER, Role.AUDITOR))


def named(client: Client, *texts: str) -> dict[str, Any]:
    answer = client.post(URL, {"text": list(texts)})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()["named"]
    return found


def test_a_code_or_a_name_means_its_row_and_a_name_of_two_means_neither(company: CompanyForTests) -> None:
    first, second = draft_item(company, device_name="导管"), draft_item(company, device_name="口罩")
    draft_item(company, device_name="口罩")
    with company.scope():
        number = Item.objects.get(pk=first).number
    found = named(client_of(company, Role.BUYER), number, number.lower(), "导管", "口罩", "没有", "", "a\x00b")
    assert found[number] == found[number.lower()] == found["导管"] == {"id": str(first), "label": "导管"}
    assert found["口罩"] == {"id": None}
    assert set(found) == {number, number.lower(), "导管", "口罩"}
    assert str(second) not in str(found)


def test_only_who_fills_such_a_form_asks_and_only_of_their_own_company(company: CompanyForTests) -> None:
    draft_item(company, device_name="导管")
    assert client_of(company, Role.AUDITOR).post(URL, {"text": ["导管"]}).status_code == 404
    assert client_of(company, Role.BUYER).get(URL).status_code == 405
    assert client_of(company, Role.BUYER).post("/pick/kernel/user/named", {"text": ["导管"]}).status_code == 404
    assert named(client_of(new_company((Role.BUYER,)), Role.BUYER), "导管") == {}


def test_a_thousand_names_take_the_statements_of_one(company: CompanyForTests) -> None:
    client = client_of(company, Role.BUYER)
    named(client, "x")

    def count(*texts: str) -> int:
        with counted_statements() as statements:
            named(client, *texts)
        return len(statements)

    assert count("导管") == count(*(f"WL-{n:06}" for n in range(1_000)))
