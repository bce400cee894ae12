"""W4, need to award: three suppliers quote 10.00, 9.50, 9.80; who quoted 9.50 has an expired certificate.

The matrix says so and nobody is awarded against it; 10.00 instead of 9.80 needs a reason; the award stays as it was.
"""

from typing import Any
from uuid import UUID

import pytest

from meridian.kernel.values.identity import uuid7
from meridian.organization.vocabulary import Role
from meridian.purchasing.models import AwardRecord
from meridian.purchasing.tests.sourcing import CHEAP, DEAR, EXPIRED, LATER, PRICES, Sourcing, new_sourcing
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db
NEEDS, INQUIRIES, QUOTATIONS = "purchasing/requisitions", "purchasing/inquiries", "purchasing/quotations"
ORDERS = "purchasing/purchase-orders"


@pytest.fixture
def story() -> Sourcing:
    return new_sourcing()


def asked(story: Sourcing) -> UUID:
    """Needed by the keeper, agreed by the manager, asked of three by the buyer, their offers written down: by API."""
    keeper, buyer, manager = (Person(story, role) for role in (Role.KEEPER, Role.BUYER, Role.PURCHASING_MANAGER))
    need = keeper.creates(NEEDS, {"needed_on": LATER, "purpose": "补充常备库存"},
                          [{"item": story.item, "quantity": "6000", "estimated_price": "10"}])  # fmt: skip
    keeper.moves(NEEDS, need, "submit")
    manager.moves(NEEDS, need, "agree")
    inquiry = buyer.creates(INQUIRIES, {"requisition": need, "answer_by": LATER, "needed_on": LATER}, [])
    for name, price in PRICES.items():
        quotation = buyer.creates(
            QUOTATIONS, {"inquiry": inquiry, "supplier": story.suppliers[name], "valid_until": LATER},
            [{"item": story.item, "unit_price": price, "lead_days": 7}],
        )  # fmt: skip
        buyer.moves(QUOTATIONS, quotation, "offer")
    buyer.moves(INQUIRIES, inquiry, "send")
    return inquiry


def compared(person: Person, inquiry: UUID) -> dict[str, Any]:
    answer = person.client.get(f"/api/v1/{INQUIRIES}/{inquiry}/comparison")
    assert answer.status_code == 200, answer.content.decode()
    return dict(answer.json())


def chooses(story: Sourcing, person: Person, inquiry: UUID, name: str, reason: str = "") -> None:
    """On the page of the comparison."""
    seen = person.reads(INQUIRIES, inquiry)
    [line] = seen["lines"]
    form = {"key": uuid7().hex, "version": seen["header"]["version"], f"reason-{line['id']}": reason,
            f"choice-{line['id']}": str(story.suppliers[name])}  # fmt: skip
    assert person.client.post(f"/{INQUIRIES}/{inquiry}/comparison", form).status_code == 302


def test_w4_the_award(story: Sourcing) -> None:
    inquiry = asked(story)
    buyer, manager = Person(story, Role.BUYER), Person(story, Role.PURCHASING_MANAGER)
    matrix = compared(buyer, inquiry)
    names = {each["id"]: each["name"] for each in matrix["suppliers"]}
    [line] = matrix["lines"]
    verdicts = {names[each["supplier_id"]]: (each["landed_cost"], each["eligible"], each["is_lowest"])
                for each in line["offers"]}  # fmt: skip
    assert verdicts == {DEAR: ("10.00", True, False), EXPIRED: ("9.50", False, False), CHEAP: ("9.80", True, True)}
    [barred] = [each for each in line["offers"] if not each["eligible"]]
    assert [reason["code"] for reason in barred["reasons"]] == ["supplier_papers_valid"]
    assert {each["score"] for each in matrix["suppliers"]} == {"unrated"}
    page = buyer.client.get(f"/{INQUIRIES}/{inquiry}/comparison").content.decode()
    assert all(text in page for text in ("10.00", "9.50", "9.80", "最低合格", "不合格", "2021-12-31", "未评级"))

    chooses(story, buyer, inquiry, EXPIRED, "价格最低")
    assert manager.refused(INQUIRIES, inquiry, "award") == ["awarded_offer_eligible"]
    chooses(story, buyer, inquiry, DEAR)
    assert manager.refused(INQUIRIES, inquiry, "award") == ["award_above_lowest_explained"]
    chooses(story, buyer, inquiry, DEAR, "交货更快，避免断货")
    assert manager.presses(INQUIRIES, inquiry, "award") == 302

    kept = compared(buyer, inquiry)
    assert (kept["is_whole"], kept["awarded_by"]) == (True, story.company.actors[Role.PURCHASING_MANAGER].name)
    [told] = manager.reads(INQUIRIES, inquiry)["chain"][-1:]
    assert told["document_type"] == "purchase_order"
    order = manager.reads(ORDERS, UUID(told["id"]))
    assert (order["header"]["supplier_name"], order["header"]["amount"]) == (DEAR, "60000")
    assert [(line["quantity"], line["unit_price"]) for line in order["lines"]] == [("6000", "10")]

    page = buyer.client.get(f"/{INQUIRIES}/{inquiry}/comparison").content.decode()
    with story.company.scope():
        record = AwardRecord.objects.get(inquiry_id=inquiry)
    assert record.sha256 == kept["sha256"]
    assert record.sha256 in page
    assert "交货更快，避免断货" in page


def test_w4_a_lapsed_licence_later_does_not_change_what_was_kept(story: Sourcing) -> None:
    inquiry = asked(story)
    buyer, manager = Person(story, Role.BUYER), Person(story, Role.PURCHASING_MANAGER)
    chooses(story, buyer, inquiry, CHEAP)
    manager.moves(INQUIRIES, inquiry, "award")
    kept = compared(buyer, inquiry)
    quotation = next(each["quotation_id"] for each in kept["suppliers"] if each["name"] == CHEAP)
    buyer.moves(QUOTATIONS, UUID(quotation), "withdraw", reason="供货者撤回")
    assert compared(buyer, inquiry) == kept
