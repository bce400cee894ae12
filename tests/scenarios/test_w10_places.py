"""W10: goods on their way to a place that closes at that instant: one of the two is refused, whoever comes first."""

import time
from collections.abc import Callable
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from meridian.inventory.models import Lot
from meridian.kernel.findings import Refused
from meridian.kernel.sql import fetch
from meridian.kernel.tests.engine_case import in_threads
from meridian.kernel.work import Outcome
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, new_inbound
from meridian.warehouse.documents import InternalMoveDocument, PlaceClosureDocument, PlaceSetDocument

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]
Work = Callable[[], Outcome]
Brings = Callable[[Inbound], tuple[Work, UUID, str]]
"""Makes ready what brings goods to a place: the act, the place, the gate that refuses it once the place is closed."""
PATIENCE = 5.0
"""Seconds until whoever came first goes on although nobody waits for it."""
CLOSES, POSTS = "UPDATE organization_place", "INSERT INTO inventory_movement"
"""Sent when everything was judged and nothing is committed yet."""


def told(work: Work) -> str:
    """What became of it: its state, or the codes it was refused with."""
    try:
        return work().state
    except Refused as refused:
        return " ".join(finding.code for finding in refused.findings)


def overlapping(first: Work, second: Work, *, after: str) -> tuple[str, str]:
    """Both on connections of their own: the second begins when the first has sent a statement; then the first ends."""
    reached = Event()

    def pause(execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
        answer = execute(statement, params, many, context)
        if after in str(statement) and not reached.is_set():
            reached.set()
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until and not fetch("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"):
                time.sleep(0.01)
        return answer

    def begins() -> str:
        with connection.execute_wrapper(pause):
            return told(first)

    def follows() -> str:
        assert reached.wait(60), f"nothing like {after!r} was sent"
        return told(second)

    answers = in_threads([begins, follows])
    return answers[0], answers[1]


def closing(inbound: Inbound, place: UUID) -> Work:
    """Takes a place out of use."""
    company = inbound.company
    closure = company.draft(PlaceClosureDocument, {"place": place, "cause": "货架检修"}, role=Role.KEEPER).document_id
    return lambda: company.perform(PlaceClosureDocument.block, closure, role=Role.WAREHOUSE_MANAGER)


def receiving(inbound: Inbound) -> tuple[Work, UUID, str]:
    """A delivery comes into the pending zone."""
    receipt = inbound.receipt(inbound.order("5"), [inbound.line("5")])
    return lambda: inbound.receive(receipt), inbound.place(), "place_is_pending_zone"


def accepted(inbound: Inbound) -> UUID:
    """An inspection that found everything fit."""
    inspection = inbound.received("5")
    inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "5", "conclusion": "accepted"})
    inbound.conclude(inspection)
    return inspection


def releasing(inbound: Inbound) -> tuple[Work, UUID, str]:
    """Inspected goods come into the only green zone."""
    inspection = accepted(inbound)
    return lambda: inbound.release(inspection), inbound.place(ZoneKind.QUALIFIED), "zone_awaits_goods"


def moving(inbound: Inbound) -> tuple[Work, UUID, str]:
    """Goods come from the green zone into one of its bins."""
    company, shelf = inbound.company, inbound.place(ZoneKind.QUALIFIED)
    bins = {"inside": shelf, "prefix": "B", "place_name": "B 区", "aisles": "01-02"}
    added = company.draft(PlaceSetDocument, bins, role=Role.KEEPER).document_id
    company.perform(PlaceSetDocument.activate, added, role=Role.WAREHOUSE_MANAGER)
    inbound.release(accepted(inbound))
    with company.scope():
        place, lot = Place.objects.get(code="B-02").pk, Lot.objects.get().pk
    line = {"lot": lot, "place": shelf, "quantity": "5", "to_place": place}
    move = company.draft(InternalMoveDocument, {}, [line], role=Role.KEEPER).document_id
    return lambda: company.perform(InternalMoveDocument.move, move, role=Role.KEEPER), place, "place_usable"


@pytest.mark.parametrize("brings", [receiving, releasing, moving])
def test_a_place_that_closes_first_gets_no_goods(brings: Brings) -> None:
    inbound = new_inbound()
    post, place, gate = brings(inbound)
    before, moves = inbound.stock(), inbound.movements()
    assert overlapping(closing(inbound, place), post, after=CLOSES) == ("blocked", gate)
    assert (inbound.stock(), inbound.movements()) == (before, moves)


@pytest.mark.parametrize("brings", [receiving, releasing, moving])
def test_a_place_that_gets_goods_first_is_not_closed(brings: Brings) -> None:
    inbound = new_inbound()
    post, place, _gate = brings(inbound)
    moves = inbound.movements()
    posted, closed = overlapping(post, closing(inbound, place), after=POSTS)
    assert (posted in ("received", "released", "done"), closed) == (True, "nothing_lies_there")
    assert inbound.movements() > moves
    with inbound.company.scope():
        assert Place.objects.get(pk=place).is_active
