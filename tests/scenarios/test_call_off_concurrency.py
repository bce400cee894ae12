"""Two orders call off the last ten of a contract at the same instant: one is released, one refused."""

from collections import Counter
from uuid import UUID

import pytest

from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.tests.engine_case import in_threads
from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.tests.contracts import contract, left
from meridian.purchasing.tests.inbound import new_inbound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing, pytest.mark.timeout(400)]


def test_the_last_ten_are_called_off_once() -> None:
    inbound = new_inbound()
    agreed = contract(inbound, "10")
    orders = [inbound.order("10", contract=agreed, release=False) for _each in range(4)]
    manager = inbound.company.actors[Role.PURCHASING_MANAGER]

    def release(order: UUID) -> str:
        try:
            return perform(PurchaseOrderDocument.release, Command(order), actor=manager).state
        except Refused as refused:
            return refused.code

    answers = in_threads([lambda order=order: release(order) for order in orders])  # type: ignore[misc]
    assert Counter(answers) == {"released": 1, "call_off_within_contract": 3}
    assert left(inbound, agreed) == (10, 0)
