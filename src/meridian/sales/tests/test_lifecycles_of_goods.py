"""Every state of a putaway, an internal move and a customer's return × every transition × who may and who may not."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from meridian.competence.tests.factories import qualification
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.sales.tests.factories import confirmed_order, today
from meridian.warehouse.documents import CustomerReturnDocument, InternalMoveDocument, PutawayDocument
from meridian.warehouse.models import CustomerReturnLine
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db
ALL_ROLES = (*ROLES, Role.RECEIVER, Role.INSPECTOR, Role.BUYER)
KEEPERS = {Role.KEEPER, Role.WAREHOUSE_MANAGER}
PUTAWAY, MOVE, RETURN = PutawayDocument, InternalMoveDocument, CustomerReturnDocument


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> House:
    """One committed house for all cases, with goods on the shelf: every case makes documents of its own."""
    with django_db_blocker.unblock():
        house = new_house(item={"production_license_no": "苏药监械生产许20210001号"}, roles=ALL_ROLES)
        house.stock(LotIn("L1", "1000", today(house) + timedelta(days=400)))
        qualification(house.company, house.company.actors[Role.INSPECTOR].user_id)
        return house


def goods_move(house: House, declared: Any, *steps: tuple[Any, Role]) -> UUID:
    """One box from the shelf to the dispatch zone, drafted and moved on."""
    to = house.company.set_up.places[ZoneKind.DISPATCH]
    line = {"lot": house.lots["L1"], "place": house.shelf, "quantity": "1", "to_place": to}
    return moved(house.company, house.company.draft(declared, {}, [line], role=Role.KEEPER).document_id, *steps)


def returned(house: House) -> UUID:
    """One box on its way back, in draft."""
    shipment = house.shipment(confirmed_order(house, "1"))
    house.to_shipped(shipment)
    header = {"shipment": shipment, "return_reason": "多发"}
    return house.company.draft(RETURN, header, role=Role.RECEIVER).document_id


def inspectable(house: House) -> UUID:
    """Received, and the inspector's findings written."""
    document = moved(house.company, returned(house), (RETURN.receive, Role.RECEIVER))
    with house.company.scope():
        line = CustomerReturnLine.objects.get(document_id=document).pk
    found = {"id": line, "accepted_quantity": "1", "rejected_quantity": "0", "quality_condition": "完好"}
    house.company.draft(RETURN, {}, [found], role=Role.INSPECTOR, document_id=document)
    return document


def lifecycles(house: House) -> dict[str, Lifecycle]:
    of_moves = {
        declared.code: Lifecycle(
            declared,
            {
                "draft": partial(goods_move, house, declared),
                "done": partial(goods_move, house, declared, (act, Role.KEEPER)),
                "voided": partial(goods_move, house, declared, (declared.void, Role.KEEPER)),
            },
            {("draft", act.name): "done", ("draft", late): "late_entry_in_window", ("draft", "void"): "voided"},
            {act.name: KEEPERS, late: {Role.WAREHOUSE_MANAGER}, "void": KEEPERS},
        )
        for declared, act, late in ((PUTAWAY, PUTAWAY.put_away, "put_away_late"), (MOVE, MOVE.move, "move_late"))
    }
    handlers = KEEPERS | {Role.RECEIVER}
    of_return = Lifecycle(
        RETURN,
        {
            "draft": lambda: returned(house),
            "received": lambda: inspectable(house),
            "inspected": lambda: moved(house.company, inspectable(house), (RETURN.inspect, Role.INSPECTOR)),
            "voided": lambda: moved(house.company, returned(house), (RETURN.void, Role.KEEPER)),
        },
        {
            ("draft", "receive"): "received",
            ("draft", "receive_late"): "late_entry_in_window",
            ("received", "inspect"): "inspected",
            ("draft", "void"): "voided",
        },
        {
            "receive": handlers,
            "receive_late": {Role.WAREHOUSE_MANAGER},
            "inspect": {Role.INSPECTOR},
            "void": handlers | {Role.SALES_STAFF},
        },
    )
    return {**of_moves, RETURN.code: of_return}


def cases() -> Iterator[Any]:
    for declared in (PUTAWAY, MOVE, RETURN):
        for state in declared.states.values:
            yield pytest.param(declared.code, state, id=f"{declared.code}-{state}")


@pytest.mark.parametrize(("code", "state"), list(cases()))
def test_lifecycle(house: House, code: str, state: str) -> None:
    lifecycle = lifecycles(house)[code]
    declared = lifecycle.declared
    assert (set(lifecycle.makers), set(lifecycle.may)) == (set(declared.states.values), set(declared.transitions))
    assert departures(house.company, lifecycle, state, ALL_ROLES) == []
