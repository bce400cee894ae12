"""What came of an order: received is what the stock book counts, accepted and rejected what inspectors concluded."""

from uuid import UUID

import pytest

from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.queries.progress import progress_of
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, new_inbound

pytestmark = pytest.mark.django_db


def figures(inbound: Inbound, order: UUID) -> tuple[list[int], int]:
    with inbound.company.scope():
        [line] = progress_of(order)
    told = [line.ordered, line.received, line.accepted, line.rejected, line.open]
    return [int(each) for each in told], line.percent


def test_an_order_tells_what_was_received_accepted_rejected_and_is_to_come() -> None:
    inbound = new_inbound()
    order = inbound.order("100")
    assert figures(inbound, order) == ([100, 0, 0, 0, 100], 0)
    receipt = inbound.receipt(order, [inbound.line("40"), inbound.line("25", lot_no="L2")])
    inbound.receive(receipt)
    assert figures(inbound, order) == ([100, 65, 0, 0, 35], 65)
    inspection = inbound.inspection(receipt)
    inbound.inspect(
        inspection,
        {**ALL_PASSED, "accepted_quantity": "40", "conclusion": "accepted"},
        {**ALL_PASSED, "package": "failed", "accepted_quantity": "20", "rejected_quantity": "5",
         "conclusion": "partly", "nonconformity": "外包装破损", "disposition": "return"},
    )  # fmt: skip
    inbound.conclude(inspection)
    assert figures(inbound, order) == ([100, 65, 60, 5, 35], 65)
    inbound.company.perform(PurchaseOrderDocument.close, order, role=Role.PURCHASING_MANAGER, reason="余量不再需要")
    assert figures(inbound, order) == ([100, 65, 60, 5, 0], 65)


def test_a_draft_expects_nothing_yet() -> None:
    inbound = new_inbound()
    assert figures(inbound, inbound.order("8", release=False)) == ([8, 0, 0, 0, 0], 0)
