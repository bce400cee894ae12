"""Returns to a supplier through the two doors: rejected goods go back, and only to whom they came from."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import StockBalance, StockMovement
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.tests.engine_case import counted_statements
from meridian.ledger.queries import trial_balance
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.tests.factories import approved_supplier
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, new_inbound
from meridian.warehouse.documents import SupplierReturnDocument
from meridian.warehouse.models import SupplierReturn, SupplierReturnLine

pytestmark = pytest.mark.django_db
RED = ("BHG", "nonconforming")


@pytest.fixture
def story() -> Inbound:
    """100 boxes at 12.50 received, 95 accepted, 5 rejected to the red zone."""
    made = new_inbound()
    inspection = made.received("100")
    failed = {"package": "failed", "nonconformity": "外包装破损", "disposition": "return", "conclusion": "partly"}
    made.inspect(inspection, {**ALL_PASSED, **failed, "accepted_quantity": "95", "rejected_quantity": "5"})
    made.conclude(inspection)
    made.release(inspection)
    return made


def lot_of(story: Inbound) -> UUID:
    with story.company.scope():
        lots = StockBalance.objects.filter(quantity__gt=0).values_list("lot_id", flat=True).distinct()
        found: UUID = lots.get()
        return found


def drafted(story: Inbound, quantity: str = "5", *, zone: ZoneKind = ZoneKind.NONCONFORMING, **fields: Any) -> UUID:
    status = "nonconforming" if zone is ZoneKind.NONCONFORMING else "qualified"
    line = {"lot": lot_of(story), "place": story.place(zone), "stock_status": status, "quantity": quantity}
    header = {"supplier": story.supplier, "return_reason": "外包装破损", **fields}
    return story.company.draft(SupplierReturnDocument, header, [line], role=Role.KEEPER).document_id


def approved(story: Inbound, document: UUID) -> UUID:
    story.company.perform(SupplierReturnDocument.approve, document, role=Role.QUALITY_HEAD)
    return document


def refused(story: Inbound, transition: Any, document: UUID, role: Role) -> list[str]:
    """The findings of a refused move; proves that nothing moved and that one refusal row says so."""
    before, told = story.movements(), len(story.refusals(document))
    with pytest.raises(Refused) as caught:
        story.company.perform(transition, document, role=role)
    assert story.movements() == before
    assert story.refusals(document)[told:] == [caught.value.code]
    return [finding.code for finding in caught.value.findings]


def closing(story: Inbound, account: str) -> Decimal:
    with story.company.scope():
        return next(row.closing for row in trial_balance("2000-01", "2099-12") if row.account_code == account)


def test_rejected_goods_go_back_and_both_books_follow(story: Inbound) -> None:
    assert (closing(story, "1405"), story.stock()[RED]) == (Decimal("1250.00"), Decimal(5))
    document = approved(story, drafted(story))
    story.company.perform(SupplierReturnDocument.send_back, document, role=Role.KEEPER)
    assert RED not in story.stock()
    assert closing(story, "1405") == Decimal("1187.50")  # 5 boxes at 12.50 less
    assert abs(closing(story, "220202")) == Decimal("1187.50")  # and so much less is owed without an invoice
    with story.company.scope():
        row, line = SupplierReturn.objects.get(pk=document), SupplierReturnLine.objects.get(document_id=document)
        movement = StockMovement.objects.get(document_id=document)
    assert (row.state, row.returned_by_name) == ("returned", story.company.actors[Role.KEEPER].name)
    assert (movement.movement, movement.to_virtual, movement.party_id) == (
        "return_to_supplier", "supplier", story.supplier,
    )  # fmt: skip
    assert (movement.quantity, movement.value) == (Decimal(5), Decimal("62.50"))
    assert all((line.device_name, line.registration_no, line.lot_no, line.expires_on, row.supplier_name))


def test_qualified_goods_may_go_back_too(story: Inbound) -> None:
    document = approved(story, drafted(story, "95", zone=ZoneKind.QUALIFIED, return_reason="多发"))
    story.company.perform(SupplierReturnDocument.send_back, document, role=Role.KEEPER)
    assert story.stock() == {RED: Decimal(5)}


def test_bought_from_supplier__allows_all_it_delivered__refuses_another_supplier(story: Inbound) -> None:
    other = approved_supplier(story.company, 12)
    document = drafted(story, supplier=other)
    assert refused(story, SupplierReturnDocument.approve, document, Role.QUALITY_HEAD) == ["bought_from_supplier"]
    approved(story, drafted(story))


def test_bought_from_supplier__counts_what_went_back_before(story: Inbound) -> None:
    first, second = approved(story, drafted(story, "5")), approved(story, drafted(story, "5"))
    story.company.perform(SupplierReturnDocument.send_back, first, role=Role.KEEPER)
    assert refused(story, SupplierReturnDocument.send_back, second, Role.KEEPER) == ["stock_sufficient"]


def test_stock_sufficient__refuses_more_than_lies_there(story: Inbound) -> None:
    document = drafted(story, "6")
    assert refused(story, SupplierReturnDocument.approve, document, Role.QUALITY_HEAD) == ["stock_sufficient"]


def test_nothing_goes_back_before_quality_agreed_or_by_the_one_who_agreed(story: Inbound) -> None:
    document = drafted(story)
    with pytest.raises(Refused, match="illegal_transition"):
        story.company.perform(SupplierReturnDocument.send_back, document, role=Role.KEEPER)
    with pytest.raises(Refused, match="permission_required"):
        story.company.perform(SupplierReturnDocument.approve, document, role=Role.KEEPER)
    approved(story, document)
    with pytest.raises(Refused, match="permission_required"):
        story.company.perform(SupplierReturnDocument.send_back, document, role=Role.QUALITY_HEAD)
    assert story.stock()[RED] == Decimal(5)


def test_sending_back_takes_at_most_20_statements(story: Inbound) -> None:
    document = approved(story, drafted(story))
    with counted_statements() as seen:
        perform(SupplierReturnDocument.send_back, Command(document, key="k"), actor=story.company.actors[Role.KEEPER])
    assert len(seen) <= 18
