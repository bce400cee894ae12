"""Every state of a goods receipt and a return to the supplier × every transition × who may and who may not."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import StockBalance
from meridian.organization.vocabulary import QUALITY_ROLES, Role
from meridian.purchasing.tests.inbound import ROLES, Inbound, new_inbound
from meridian.warehouse.documents import GoodsReceiptDocument, SupplierReturnDocument
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved

pytestmark = pytest.mark.django_db
RECEIPT, BACK = GoodsReceiptDocument, SupplierReturnDocument
KEEPERS = {Role.KEEPER, Role.WAREHOUSE_MANAGER}
QUALITY = set(QUALITY_ROLES)
ALL_ROLES = tuple(dict.fromkeys((*ROLES, *KEEPERS, *QUALITY)))


@pytest.fixture(scope="module")
def inbound(django_db_setup: None, django_db_blocker: Any) -> Inbound:
    """One committed house for all cases: every case makes documents of its own."""
    with django_db_blocker.unblock():
        made = new_inbound()
        made.receive(made.receipt(made.order("500"), [made.line("500", lot_no="RETURNED")]))
        return made


def receipt(inbound: Inbound) -> UUID:
    return inbound.receipt(inbound.order("1"), [inbound.line("1")])


def held(inbound: Inbound) -> UUID:
    return moved(inbound.company, receipt(inbound), (RECEIPT.accept_to_hold, Role.RECEIVER))


def going_back(inbound: Inbound) -> UUID:
    """One box of what waits in the pending zone, to go back to its supplier."""
    with inbound.company.scope():
        row = StockBalance.objects.get(lot__lot_no="RETURNED")
    line = {"lot": row.lot_id, "place": row.place_id, "stock_status": row.status, "quantity": "1"}
    header = {"supplier": inbound.supplier, "return_reason": "多送"}
    return inbound.company.draft(BACK, header, [line], role=Role.KEEPER).document_id


def approved(inbound: Inbound) -> UUID:
    return moved(inbound.company, going_back(inbound), (BACK.approve, Role.QUALITY_HEAD))


def lifecycles(inbound: Inbound) -> dict[str, Lifecycle]:
    company = inbound.company
    of_receipt = Lifecycle(
        RECEIPT,
        {
            "draft": lambda: receipt(inbound),
            "received": lambda: moved(company, receipt(inbound), (RECEIPT.receive, Role.RECEIVER)),
            "on_hold": lambda: held(inbound),
            "refused": lambda: moved(company, receipt(inbound), (RECEIPT.refuse_goods, Role.RECEIVER)),
            "condemned": lambda: moved(company, held(inbound), (RECEIPT.condemn, Role.QUALITY_HEAD)),
            "voided": lambda: moved(company, receipt(inbound), (RECEIPT.void, Role.RECEIVER)),
        },
        {
            ("draft", "receive"): "received", ("draft", "accept_to_hold"): "on_hold",
            ("draft", "refuse_goods"): "refused", ("draft", "void"): "voided",
            ("draft", "receive_late"): "late_entry_in_window",
            ("on_hold", "release_from_hold"): "received", ("on_hold", "condemn"): "condemned",
        },
        {
            "receive": {Role.RECEIVER}, "accept_to_hold": {Role.RECEIVER}, "refuse_goods": {Role.RECEIVER},
            "receive_late": {Role.WAREHOUSE_MANAGER},
            "release_from_hold": {Role.QUALITY_HEAD}, "condemn": QUALITY,
            "void": {Role.RECEIVER, Role.WAREHOUSE_MANAGER},
        },
    )  # fmt: skip
    of_return = Lifecycle(
        BACK,
        {
            "draft": lambda: going_back(inbound),
            "approved": lambda: approved(inbound),
            "returned": lambda: moved(company, approved(inbound), (BACK.send_back, Role.KEEPER)),
            "voided": lambda: moved(company, going_back(inbound), (BACK.void, Role.KEEPER)),
        },
        {
            ("draft", "approve"): "approved", ("approved", "send_back"): "returned",
            ("approved", "send_back_late"): "late_entry_in_window", ("draft", "void"): "voided",
            ("approved", "void"): "voided",
        },
        {
            "approve": QUALITY, "send_back": KEEPERS, "send_back_late": {Role.WAREHOUSE_MANAGER},
            "void": KEEPERS | QUALITY | {Role.BUYER},
        },
    )  # fmt: skip
    return {RECEIPT.code: of_receipt, BACK.code: of_return}


def cases() -> Iterator[Any]:
    for declared in (RECEIPT, BACK):
        for state in declared.states.values:
            yield pytest.param(declared.code, state, id=f"{declared.code}-{state}")


@pytest.mark.parametrize(("code", "state"), list(cases()))
def test_lifecycle(inbound: Inbound, code: str, state: str) -> None:
    lifecycle = lifecycles(inbound)[code]
    declared = lifecycle.declared
    assert (set(lifecycle.makers), set(lifecycle.may)) == (set(declared.states.values), set(declared.transitions))
    assert departures(inbound.company, lifecycle, state, ALL_ROLES) == []
