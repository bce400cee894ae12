"""Putting away and moving by scan: goods are taken up where they lie, and laid down at the place scanned next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.models import Lot
from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import BlockKind, StockStatus
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.messages import listed, message
from meridian.kernel.steps import AskedGate
from meridian.organization.models import Place
from meridian.organization.vocabulary import PlaceKind
from meridian.scanning.answers import ScannedLine
from meridian.scanning.cards import counted_card, figure, place_card, what_of
from meridian.scanning.queries.book import LineCount, Way, counts_of, way_of
from meridian.scanning.queries.goods import Goods, place_of_code
from meridian.scanning.queries.heaps import Heap, HeapKey, heaps_of, holds_goods
from meridian.scanning.services.judging import asked_of, findings_about, require_none
from meridian.scanning.services.lots import item_of_lot, lots_meant
from meridian.scanning.services.taking import Counted, Scene, stop
from meridian.scanning.vocabulary import RecordKind, ScanTask
from meridian.scanning.words import Said, said
from meridian.warehouse.rules.moving import (
    place_usable,
    stock_in_record_complete,
    storage_condition_met,
    zone_matches_status,
)

AT_PLACE = (place_usable.code, zone_matches_status.code, storage_condition_met.code)
"""What is asked when a place is scanned."""
LATER = frozenset({*AT_PLACE, stock_in_record_complete.code})
"""What does not hold goods up while they are only taken up."""
_NOTHING = LineCount()


@dataclass(frozen=True)
class _Load:
    """The document as it stands: its lines, what was scanned on each, and how far the work has come."""

    lines: tuple[Any, ...]
    counts: Mapping[UUID, LineCount]
    way: Way

    @property
    def open_lines(self) -> list[Any]:
        """Lines taken up since a place was last scanned."""
        return [line for line in self.lines if line.pk in self.way.open_lines]

    def unscanned(self, line: Any) -> Decimal:
        """What of a planned line was not scanned yet."""
        count = self.counts.get(line.pk, _NOTHING)
        return max(count.planned_of(line.quantity) - count.counted, Decimal(0))

    def left_of(self, heap: Heap) -> Decimal:
        """What lies in a heap beyond what the document's lines take from it."""
        return heap.quantity - sum((line.quantity for line in self.lines if key_of(line) == heap.key), Decimal(0))


def key_of(line: Any) -> HeapKey:
    """Where a line takes its goods from."""
    return line.lot_id, line.place_id, line.stock_status


def lines_of(scene: Scene) -> tuple[Any, ...]:
    """The lines of the document in order."""
    model: Any = scene.rules.declared.lines.model if scene.rules.declared.lines else None
    return tuple(model.objects.filter(document_id=scene.document.pk).order_by("line_no"))


def carry(scene: Scene) -> Counted:
    """Counts goods taken up, or lays down what was taken up since the last place.

    A place scanned while nothing is in hand says where goods are taken from. Raises Refused (422): what `lots_meant`
    raises, `lot_not_at_place`, `source_place_needed`, `scan_lot_ambiguous`, `place_holds_nothing`, and what the
    document's gates find: `stock_sufficient`, `place_usable`, `zone_matches_status`, `storage_condition_met`.
    """
    load = _Load(lines_of(scene), counts_of(scene.task, scene.document.pk), way_of(scene.task, scene.document.pk))
    place = place_of_code(scene.text, scene.document.site_id)
    if place is None:
        return _take_up(scene, load)
    return _lay_down(scene, load, place) if load.open_lines else _take_from(place)


def _take_from(place: Place) -> Counted:
    if not holds_goods(place.pk):
        raise stop(
            "place_holds_nothing", message("{place} 没有库存；请先扫要搬的货，或扫货物所在的库位。", place=place)
        )
    card = place_card(message("从 {place} 取货", place=place))
    return Counted(card=card, what=str(place), kind=RecordKind.PLACE, place_id=place.pk)


def _lay_down(scene: Scene, load: _Load, place: Place) -> Counted:
    """The lines in hand go to this place, if it is one for their status and their storage condition."""
    laid = {line.pk for line in load.open_lines}
    lines = [{"id": line.pk, "to_place": place.pk} if line.pk in laid else {"id": line.pk} for line in load.lines]
    draft(scene.rules.declared, DraftCommand(document_id=scene.document.pk, lines=lines), actor=scene.actor)
    _facts, asked = asked_of(scene)
    require_none(findings_about(asked, laid, AT_PLACE))
    lots = dict.fromkeys(line.serial_no or line.lot_no for line in load.open_lines)
    card = place_card(message("已放 {place}", place=place), message("批号 {lots}", lots=listed(lots)))
    return Counted(card=card, what=str(place), kind=RecordKind.PLACE, line_id=load.open_lines[-1].pk,
                   place_id=place.pk)  # fmt: skip


def _take_up(scene: Scene, load: _Load) -> Counted:
    goods = scene.goods
    lots = {lot.pk: lot for lot in lots_meant(goods)}
    planned = _planned(load, lots, goods.units)
    if planned is not None:
        return _counted(scene, goods, lots[planned.lot_id], planned, load, written=Decimal(0))
    heap = _heap(scene, load, lots)
    line = next((each for each in load.open_lines if key_of(each) == heap.key and not load.unscanned(each)), None)
    lines: list[dict[str, Any]] = [{"id": each.pk} for each in load.lines]
    if line is None:
        lines.append({"lot": heap.lot_id, "place": heap.place_id, "stock_status": heap.status,
                      "quantity": goods.units})  # fmt: skip
    else:
        lines[load.lines.index(line)]["quantity"] = line.quantity + goods.units
    draft(scene.rules.declared, DraftCommand(document_id=scene.document.pk, lines=lines), actor=scene.actor)
    after = lines_of(scene)
    before = {each.pk for each in load.lines}
    touched = next((each for each in after if each.pk not in before), None) if line is None else None
    touched = touched or next(each for each in after if line is not None and each.pk == line.pk)
    return _counted(scene, goods, lots[heap.lot_id], touched, replace(load, lines=after), written=goods.units)


def _planned(load: _Load, lots: Collection[UUID], units: Decimal) -> Any:
    """The line that was written down before anybody scanned, and still waits for these goods."""
    source = load.way.source_id
    return next(
        (
            line
            for line in load.lines
            if line.lot_id in lots and load.unscanned(line) >= units and source in (None, line.place_id)
        ),
        None,
    )


def _heap(scene: Scene, load: _Load, lots: Mapping[UUID, Lot]) -> Heap:
    """The one heap the goods can be from: at the place scanned, else where they wait, else wherever they lie."""
    heaps = heaps_of(lots, scene.document.site_id)
    if load.way.source_id is not None:
        heaps = [heap for heap in heaps if heap.place_id == load.way.source_id]
    name = next(iter(lots.values()))
    if not heaps:
        source = Place.objects.filter(pk=load.way.source_id).first() if load.way.source_id else None
        raise stop("lot_not_at_place", message("批号 {lot} 不在 {place}。", lot=name, place=source or _here(scene)))
    in_hand = [heap for heap in heaps if any(heap.key == key_of(line) for line in load.open_lines)]
    waiting = [heap for heap in heaps if load.left_of(heap) > 0] or heaps
    if scene.task == ScanTask.PUT_AWAY and load.way.source_id is None:
        waiting = [heap for heap in waiting if heap.kind == PlaceKind.ZONE] or waiting
    found = [heap for heap in in_hand if heap in waiting] or waiting
    if len({heap.lot_id for heap in found}) > 1:
        makers = listed(lot.maker_name for lot in lots.values())
        evidence = message("批号 {lot} 有多个生产企业：{makers}；请扫带产品标识的条码。", lot=name, makers=makers)
        raise stop("scan_lot_ambiguous", evidence)
    if len({heap.place_id for heap in found}) > 1:
        places = listed(f"{heap.place}（{StockStatus(heap.status).label}）" for heap in found)
        raise stop("source_place_needed", message("批号 {lot} 在多处：{places}；请先扫货物所在库位。", lot=name,
                                                  places=places))  # fmt: skip
    return found[0]


def _here(scene: Scene) -> str:
    return str(message("本单据的场所（{number}）", number=scene.document.number))


def _counted(scene: Scene, goods: Goods, lot: Lot, line: Any, load: _Load, *, written: Decimal) -> Counted:
    """Asks the gates about the line and tells what was counted on it."""
    facts, asked = asked_of(scene)
    require_none([found for found in findings_about(asked, {line.pk}) if found.code not in LATER])
    item = item_of_lot(goods, lot)
    counted = load.counts.get(line.pk, _NOTHING).counted + goods.units
    card = counted_card(scene.task, goods, item, lot, added=goods.units, zone=line.stock_status,
                        remark=_remark(scene, asked, facts, line.pk))  # fmt: skip
    told = ScannedLine(
        line_no=str([each.pk for each in load.lines].index(line.pk) + 1), item_number=item.number,
        device_name=item.device_name, lot_no=lot.lot_no, serial_no=lot.serial_no, added=figure(goods.units),
        quantity=figure(counted), unit=item.base_unit,
    )  # fmt: skip
    return Counted(card=card, what=what_of(goods, card), line_id=line.pk, line=told, added=goods.units,
                   counted=counted, written=written, place_id=line.place_id)  # fmt: skip


def _remark(scene: Scene, asked: Sequence[AskedGate], facts: Any, line_id: UUID) -> Said:
    """What to heed: no place fits, the record lacks a field, the lot is expired or bound."""
    found = findings_about(asked, {line_id}, (place_usable.code, stock_in_record_complete.code))
    sentences = [finding.evidence for finding in found]
    [lot] = [line.lot for line in facts.lines if line.line_id == line_id]
    if is_expired(lot.expires_on, scene.moment.site_day):
        sentences.append(message("批号 {lot} 有效期至 {day}，今日已过期。", lot=lot.name, day=lot.expires_on))
    sentences += [
        message("批号 {lot} 因“{kind}”锁定：{reason}", lot=lot.name, kind=BlockKind(block.kind).label,
                reason=block.reason)
        for block in lot.blocks
    ]  # fmt: skip
    return said(*sentences)
