"""Contracts and the orders that call them off: complete, in force, at the price, within what is left."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from meridian.kernel.clock import now
from meridian.kernel.findings import Refused
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_supplier
from meridian.purchasing.documents import PurchaseContractDocument, PurchaseOrderDocument
from meridian.purchasing.models import PurchaseOrder
from meridian.purchasing.tests.contracts import TERMS, contract, left
from meridian.purchasing.tests.inbound import ROLES, Inbound, new_inbound
from meridian.purchasing.vocabulary import ContractState
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved

pytestmark = pytest.mark.django_db
MANAGER = Role.PURCHASING_MANAGER
CONTRACT = PurchaseContractDocument


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def release(inbound: Inbound, order: UUID) -> list[str]:
    """The codes an order is refused with; none when it is released."""
    try:
        inbound.company.perform(PurchaseOrderDocument.release, order, role=MANAGER)
    except Refused as refused:
        return [each.code for each in refused.findings]
    return []


def state(inbound: Inbound, order: UUID) -> str:
    with inbound.company.scope():
        return str(PurchaseOrder.objects.get(pk=order).state)


@pytest.mark.parametrize("term", sorted(TERMS))
def test_contract_complete__allows_all_clauses__refuses_any_missing(inbound: Inbound, term: str) -> None:
    agreed = contract(inbound, in_force=False, **{term: " "})
    with pytest.raises(Refused) as caught:
        inbound.company.perform(CONTRACT.put_into_force, agreed, role=MANAGER)
    assert [each.code for each in caught.value.findings] == ["contract_complete"]
    assert inbound.refusals(agreed) == ["contract_complete"]
    inbound.company.draft(CONTRACT, {term: TERMS[term]}, role=Role.BUYER, document_id=agreed)
    assert inbound.company.perform(CONTRACT.put_into_force, agreed, role=MANAGER).state == "in_force"


def test_call_off_within_contract__allows_the_last_piece__refuses_one_more(inbound: Inbound) -> None:
    agreed = contract(inbound, "100")
    assert release(inbound, inbound.order("60", contract=agreed, release=False)) == []
    over = inbound.order("41", contract=agreed, release=False)
    assert release(inbound, over) == ["call_off_within_contract"]
    assert (left(inbound, agreed), state(inbound, over)) == ((60, 40), "draft")
    assert inbound.refusals(over) == ["call_off_within_contract"]
    last = inbound.order("40", contract=agreed, release=False)
    assert release(inbound, last) == []
    assert left(inbound, agreed) == (100, 0)
    inbound.receive(inbound.receipt(last, [inbound.line("15")]))
    inbound.company.perform(PurchaseOrderDocument.close, last, role=MANAGER, reason="余量不再需要")
    assert left(inbound, agreed) == (75, 25)


@pytest.mark.parametrize(("price", "codes"), [("12.50", []), ("12.49", []), ("12.51", ["call_off_at_agreed_price"])])
def test_call_off_at_agreed_price__allows_up_to_it__refuses_a_cent_more(
    inbound: Inbound, price: str, codes: list[str]
) -> None:
    order = inbound.order("5", contract=contract(inbound), release=False)
    line = {"item": inbound.item, "quantity": "5", "unit_price": price}
    inbound.company.draft(PurchaseOrderDocument, {}, [line], role=Role.BUYER, document_id=order)
    assert release(inbound, order) == codes
    assert inbound.refusals(order) == codes


@pytest.mark.parametrize(("days", "codes"), [(-1, ["contract_in_force"]), (0, []), (1, [])])
def test_contract_in_force__allows_through_its_last_day__refuses_the_day_after(
    inbound: Inbound, days: int, codes: list[str]
) -> None:
    last = now().astimezone().date() + timedelta(days=days)
    agreed = contract(inbound, valid_from="2020-01-01", valid_until=last.isoformat())
    order = inbound.order("5", contract=agreed, release=False)
    assert release(inbound, order) == codes
    assert inbound.refusals(order) == codes


def test_a_contract_that_ended_is_called_off_no_more(inbound: Inbound) -> None:
    agreed = contract(inbound)
    order = inbound.order("5", contract=agreed, release=False)
    inbound.company.perform(CONTRACT.end, agreed, role=MANAGER, reason="改签")
    assert release(inbound, order) == ["contract_in_force"]


def test_an_order_names_a_contract_of_its_own_supplier(inbound: Inbound) -> None:
    agreed = contract(inbound, supplier=approved_supplier(inbound.company, 77, name="别家"))
    with pytest.raises(Refused) as caught:
        inbound.order("5", contract=agreed, release=False)
    assert (caught.value.code, caught.value.findings[0].field) == ("field_invalid", "contract")


def lifecycle(inbound: Inbound) -> Lifecycle:
    """The table of a contract."""
    draft = partial(contract, inbound, in_force=False)
    return Lifecycle(
        CONTRACT,
        {
            "draft": draft,
            "in_force": partial(contract, inbound),
            "ended": lambda: moved(inbound.company, contract(inbound), (CONTRACT.end, MANAGER)),
            "voided": lambda: moved(inbound.company, draft(), (CONTRACT.void, MANAGER)),
        },
        {("draft", "put_into_force"): "in_force", ("draft", "void"): "voided", ("in_force", "end"): "ended"},
        {"put_into_force": {MANAGER}, "end": {MANAGER}, "void": {MANAGER, Role.BUYER}},
    )


@pytest.mark.parametrize("state_", ContractState.values)
def test_lifecycle(inbound: Inbound, state_: str) -> None:
    table = lifecycle(inbound)
    assert (set(table.makers), set(table.may)) == (set(ContractState.values), set(table.declared.transitions))
    assert departures(inbound.company, table, state_, ROLES) == []
