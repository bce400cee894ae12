"""Picking and reviewing by scan: the lines say what is wanted, the scan book says what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.models import Lot
from meridian.inventory.queries import StockRequest, stock_lines
from meridian.inventory.rules import lot_not_blocked, lot_not_expired, remaining_life_meets_customer_minimum
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.items.vocabulary import Tracking
from meridian.kernel.messages import Message, listed, message
from meridian.organization.models import Place
from meridian.scanning.answers import ScannedLine
from meridian.scanning.cards import counted_card, figure, place_card, what_of
from meridian.scanning.queries.book import LineCount, counts_of, way_of
from meridian.scanning.queries.goods import Goods, place_of_code
from meridian.scanning.services.judging import asked_of, findings_about, require_none
from meridian.scanning.services.lots import item_of_lot, lots_meant
from meridian.scanning.services.taking import Counted, Scene, stop
from meridian.scanning.vocabulary import RecordKind, ScanTask
from meridian.warehouse.models import ShipmentLine

FITNESS = (lot_not_expired, lot_not_blocked, remaining_life_meets_customer_minimum)
"""Why a lot that is not on the list may not even be put there."""
_NOTHING = LineCount()


def pick(scene: Scene) -> Counted:
    """Counts goods onto the line that wants them; a place's code says at which place the person stands.

    Raises Refused (422): what `lots_meant` raises, `item_not_on_list`, `lot_not_allocated` or the gate that keeps the
    lot from the customer, `serial_counted_once`, `line_is_complete`, `place_not_on_list`, and what the gates of the
    transition find on the line.
    """
    lines = list(ShipmentLine.objects.filter(document_id=scene.document.pk).select_related("place").order_by("line_no"))
    place = place_of_code(scene.text, scene.document.site_id) if scene.task == ScanTask.PICK else None
    if place is not None:
        return _stand_at(place, lines)
    goods = scene.goods
    lots = {lot.pk: lot for lot in lots_meant(goods)}
    counts = counts_of(scene.task, scene.document.pk)
    wanted = [line for line in lines if line.lot_id in lots]
    if not wanted:
        raise _not_wanted(scene, goods, list(lots.values()), lines, counts)
    line = _line_for(scene, goods, wanted, counts)
    _facts, asked = asked_of(scene)
    require_none(findings_about(asked, {line.pk}))
    lot = lots[line.lot_id]
    item = item_of_lot(goods, lot)
    counted = counts.get(line.pk, _NOTHING).counted + goods.units
    card = counted_card(scene.task, goods, item, lot, added=goods.units, zone=StockStatus.QUALIFIED.value)
    told = ScannedLine(
        line_no=str(line.line_no), item_number=item.number, device_name=item.device_name, lot_no=lot.lot_no,
        serial_no=lot.serial_no, added=figure(goods.units), quantity=figure(counted), unit=item.base_unit,
    )  # fmt: skip
    return Counted(card=card, what=what_of(goods, card), line_id=line.pk, line=told, added=goods.units,
                   counted=counted, place_id=line.place_id)  # fmt: skip


def _stand_at(place: Place, lines: Sequence[ShipmentLine]) -> Counted:
    if all(line.place_id != place.pk for line in lines):
        places = listed(dict.fromkeys(str(line.place) for line in lines))
        raise stop("place_not_on_list", message("本单没有要在 {place} 拣的货；应去 {places}。", place=place,
                                                places=places))  # fmt: skip
    card = place_card(message("在 {place} 拣货", place=place))
    return Counted(card=card, what=str(place), kind=RecordKind.PLACE, place_id=place.pk)


def _line_for(
    scene: Scene, goods: Goods, wanted: Sequence[ShipmentLine], counts: Mapping[UUID, LineCount]
) -> ShipmentLine:
    """The line with room for these goods, at the place where the person stands before others."""
    here = way_of(scene.task, scene.document.pk).source_id if len(wanted) > 1 else None
    with_room = [line for line in wanted if _left(line, counts) >= goods.units]
    if with_room:
        return min(with_room, key=lambda line: (line.place_id != here, line.line_no))
    line = wanted[-1]
    if goods.item is not None and goods.item.tracking == Tracking.SERIAL:
        raise stop("serial_counted_once", message("序列号 {serial} 在第 {line} 行已扫过。", serial=goods.lot_name,
                                                  line=line.line_no))  # fmt: skip
    raise stop("line_is_complete", message("批号 {lot}：应 {wanted}，已扫 {done}，再加 {units} 就多了。",
                                           lot=line.serial_no or line.lot_no,
                                           wanted=sum((each.quantity for each in wanted), Decimal(0)),
                                           done=sum((_done(each, counts) for each in wanted), Decimal(0)),
                                           units=goods.units))  # fmt: skip


def _done(line: ShipmentLine, counts: Mapping[UUID, LineCount]) -> Decimal:
    return counts.get(line.pk, _NOTHING).counted


def _left(line: ShipmentLine, counts: Mapping[UUID, LineCount]) -> Decimal:
    return line.quantity - _done(line, counts)


def _not_wanted(
    scene: Scene,
    goods: Goods,
    lots: Sequence[Lot],
    lines: Sequence[ShipmentLine],
    counts: Mapping[UUID, LineCount],
) -> Exception:
    """Why these goods are not on the list: another item, or a lot that this customer does not get."""
    lot = lots[0]
    same = [line for line in lines if line.item_id == lot.item_id]
    if not same:
        item = item_of_lot(goods, lot)
        return stop("item_not_on_list", message("{item} {name} 不在 {number} 上。", item=item.number,
                                                name=item.device_name, number=scene.document.number))  # fmt: skip
    lacking = [line for line in same if _left(line, counts) > 0] or same
    wanted = listed(
        str(message("{lot}（{place}，余 {left}）", lot=line.serial_no or line.lot_no, place=line.place,
                    left=_left(line, counts)))
        for line in lacking[:3]
    )  # fmt: skip
    code, reason = _reason(scene, lot, same[0])
    if reason is None:
        return stop(code, message("应扫 {wanted}；实扫 {lot}。", wanted=wanted, lot=lot))
    return stop(code, message("{reason}应扫 {wanted}。", reason=reason, wanted=wanted))


def _reason(scene: Scene, lot: Lot, line: ShipmentLine) -> tuple[str, Message | None]:
    """The gate that would refuse this lot to the customer, and its finding; else only that it was not allocated."""
    request = StockRequest(line.pk, lot.item_id, lot.pk, line.place_id, StockStatus.QUALIFIED.value, Decimal(1),
                           MovementType.SHIP, scene.document.pk)  # fmt: skip
    facts: Any = scene.rules.declared.load(scene.document.company_id, [scene.document.pk], frozenset())
    alone = replace(facts[scene.document.pk], lines=tuple(stock_lines([request], frozenset()).values()))
    for gate in FITNESS:
        breaches = gate(alone, scene.moment)
        if breaches:
            return gate.code, breaches[0].evidence
    return "lot_not_allocated", None
