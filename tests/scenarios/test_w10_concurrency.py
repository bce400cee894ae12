"""W10: on hand 10, 32 clients issue 1 at once: 10 succeed, 22 are refused, nothing is lost (PEERS §5)."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection

from meridian.inventory.models import Reservation, StockMovement
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord
from meridian.kernel.sql import fetch
from meridian.kernel.tests.engine_case import in_threads
from meridian.kernel.work import Outcome
from meridian.ledger.models import Voucher
from meridian.organization.vocabulary import Role
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import ShipmentDocument, StockAdjustmentDocument
from meridian.warehouse.tests.outbound import House, LotIn, new_house

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing, pytest.mark.timeout(400)]
CLIENTS = 32
ON_HAND = 10


def deadlocks() -> int:
    """Deadlocks the server has counted in this database; retries would hide them from every other test."""
    fetch("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
    return int(fetch("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


def tried(work: Callable[[], Outcome]) -> Callable[[], str]:
    """What became of a piece of work: its state, or the code it was refused with."""

    def run() -> str:
        try:
            return work().state
        except Refused as refused:
            return refused.code

    return run


def sum_of_movements(house: House) -> Decimal:
    """What the movements say lies in the house, over all lots."""
    with house.company.scope():
        moved = StockMovement.objects.values_list("to_place_id", "from_place_id", "quantity")
        return sum(((q if into else Decimal(0)) - (q if out else Decimal(0)) for into, out, q in moved), Decimal(0))


def test_32_clients_issue_1_of_10_at_once() -> None:
    house = new_house(LotIn("L1", str(ON_HAND), None))
    issues = [house.adjustment("internal_use", ("L1", "1")) for _client in range(CLIENTS)]
    keeper = house.company.actors[Role.KEEPER]
    before = deadlocks()

    def issue(document: UUID) -> Callable[[], Outcome]:
        command = Command(document, key=str(document), reason="领用")
        return lambda: perform(StockAdjustmentDocument.post, command, actor=keeper)

    answers = in_threads([tried(issue(document)) for document in issues])
    assert Counter(answers) == {"posted": ON_HAND, "stock_sufficient": CLIENTS - ON_HAND}
    assert deadlocks() == before

    with house.company.scope():
        refused = RefusalRecord.objects.filter(document_id__in=issues)
        assert Counter(refused.values_list("code", flat=True)) == {"stock_sufficient": CLIENTS - ON_HAND}
        movements = StockMovement.objects.filter(movement="issue")
        assert movements.count() == ON_HAND
        numbers = sorted(Voucher.objects.values_list("number", flat=True))
    assert house.on_hand("L1") == sum_of_movements(house) == Decimal(0)
    taken = sorted(int(number.rsplit("-", 1)[1]) for number in numbers)
    assert taken == list(range(1, ON_HAND + 2))  # one voucher brought the stock in, ten took it out, none is missing

    done = issues[answers.index("posted")]
    again = issue(done)()
    assert (again.replayed, again.state) == (True, "posted")
    assert tried(issue(issues[answers.index("stock_sufficient")]))() == "stock_sufficient"
    with house.company.scope():
        assert movements.count() == ON_HAND


def test_the_same_key_from_12_clients_at_once_issues_once() -> None:
    house = new_house(LotIn("L1", str(ON_HAND), None))
    issue = house.adjustment("internal_use", ("L1", "1"))
    keeper = house.company.actors[Role.KEEPER]
    command = Command(issue, key="按了十二次".encode().hex(), reason="领用")
    answers = in_threads([lambda: perform(StockAdjustmentDocument.post, command, actor=keeper)] * 12)
    assert Counter(answer.replayed for answer in answers) == {False: 1, True: 11}
    assert house.on_hand("L1") == Decimal(ON_HAND - 1)


def test_16_pickers_want_the_last_10() -> None:
    house = new_house(LotIn("L1", str(ON_HAND), None))
    order = confirmed_order(house, "16")
    shipments = [house.shipment(order, ("L1", "1")) for _picker in range(16)]
    picker = house.company.actors[Role.PICKER]
    before = deadlocks()

    def pick(shipment: UUID) -> Callable[[], str]:
        return tried(lambda: perform(ShipmentDocument.pick, Command(shipment), actor=picker))

    answers = in_threads([pick(shipment) for shipment in shipments])
    assert Counter(answers) == {"picked": ON_HAND, "stock_sufficient": 16 - ON_HAND}
    assert deadlocks() == before
    with house.company.scope():
        assert sum(Reservation.objects.values_list("quantity", flat=True), Decimal(0)) == ON_HAND
    connection.close()
