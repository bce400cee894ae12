"""Many scanners on one document, over real connections: each waits its turn, none is lost, none counts twice."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest

from meridian.items.tests.factories import BOX_DI
from meridian.kernel.context import Actor
from meridian.kernel.sql import fetch
from meridian.kernel.tests.engine_case import in_threads
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import barcode, new_inbound
from meridian.sales.tests.factories import confirmed_order
from meridian.scanning.answers import Capture
from meridian.scanning.models import ScanRecord
from meridian.scanning.queries import standing
from meridian.scanning.services import take
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.models import GoodsReceiptLine
from meridian.warehouse.tests.outbound import LotIn, new_house

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]
CLIENTS, SCANS = 4, 25


def deadlocks() -> int:
    [(count,)] = fetch("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(count)


def gun(task: ScanTask, document: UUID, text: str, number: int, actor: Actor) -> Callable[[], int]:
    """One scanner that sends its scans one after the other, each twice: the second time the answer was lost."""

    def work() -> int:
        counted = Decimal(0)
        for n in range(SCANS):
            for _try in range(2):
                answer = take(task, document, Capture(text=text, key=f"{number}-{n}"), actor=actor)
                assert answer.refused is None, answer.card
                counted += Decimal(0) if answer.replayed else answer.added
        return int(counted)

    return work


def test_100_scans_of_4_scanners_into_one_receipt_are_100() -> None:
    inbound, before = new_inbound(), deadlocks()
    receipt = inbound.receipt(inbound.order("100"))
    actor = inbound.company.actors[Role.RECEIVER]
    texts = [barcode(lot=f"L{number % 2}") for number in range(CLIENTS)]  # two scanners share a lot
    tries = [gun(ScanTask.RECEIVE, receipt, text, number, actor) for number, text in enumerate(texts)]
    assert sum(in_threads(tries)) == CLIENTS * SCANS
    with inbound.company.scope():
        rows = GoodsReceiptLine.objects.filter(document_id=receipt).order_by("lot_no")
        assert [(row.lot_no, int(row.quantity)) for row in rows] == [("L0", 50), ("L1", 50)]
        booked = list(ScanRecord.objects.filter(document_id=receipt).values_list("counted", flat=True))
    assert sorted(map(int, booked)) == sorted([*range(1, 51), *range(1, 51)])
    shown = standing(ScanTask.RECEIVE, receipt, actor=actor)
    assert (shown.done, shown.wanted, shown.scans) == (Decimal(100), Decimal(100), 100)
    assert deadlocks() == before


def test_4_pickers_never_count_more_than_the_line_wants() -> None:
    packages = [{"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"}]
    lot = LotIn("L1", "100", None)
    house = new_house(lot, item={"identifiers": packages, "has_expiry": False})
    shipment = house.shipment(confirmed_order(house, "60"))
    actor = house.company.actors[Role.PICKER]

    def picker(number: int) -> Callable[[], int]:
        def work() -> int:
            text = f"(01){BOX_DI}(10)L1"
            answers = [take(ScanTask.PICK, shipment, Capture(text=text, key=f"{number}-{n}"), actor=actor)
                       for n in range(SCANS)]  # fmt: skip
            return sum(answer.refused is None for answer in answers)

        return work

    assert sum(in_threads([picker(number) for number in range(CLIENTS)])) == 60
    shown = standing(ScanTask.PICK, shipment, actor=actor)
    assert (shown.done, shown.stops, shown.scans) == (Decimal(60), 40, 100)
