"""Corrections at the scanner: the last scan taken back, a quantity set, a stop set aside. The book only grows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.items.models import Item
from meridian.items.vocabulary import Tracking
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.messages import message
from meridian.kernel.steps import not_found
from meridian.scanning.answers import ScanCard
from meridian.scanning.cards import as_card
from meridian.scanning.models import ScanRecord
from meridian.scanning.queries.book import LineCount, book_of, counts_of, last_counted, way_of
from meridian.scanning.services.carrying import LATER, lines_of
from meridian.scanning.services.judging import asked_of, findings_about, require_none
from meridian.scanning.services.receiving import wrong_on_line
from meridian.scanning.services.taking import Counted, Scene, stop
from meridian.scanning.vocabulary import RecordKind, ScanTask, Verdict
from meridian.scanning.words import said

SMALLEST = Decimal("0.000001")


def take_back(scene: Scene) -> Counted:
    """The person's latest row that counted is taken back, in the document too where it was written there.

    Raises Refused (422) `nothing_to_undo`.
    """
    record = last_counted(scene.task, scene.document.pk, scene.actor.user_id)
    if record is None:
        raise stop("nothing_to_undo", message("您在本单没有可撤销的扫描。"))
    if scene.rules.writes_draft:
        _rewrite(scene, record)
    counted = record.counted - record.added
    card = ScanCard(verdict=Verdict.OK, headline=said(message("已撤销：{what}", what=record.told.get("what", ""))),
                    item_name=as_card(record.told).item_name)  # fmt: skip
    return Counted(card=card, what=record.told.get("what", ""), kind=RecordKind.UNDO, line_id=record.line_id,
                   added=-record.added, counted=max(counted, Decimal(0)), written=-record.written,
                   follows_id=record.pk)  # fmt: skip


def _rewrite(scene: Scene, record: ScanRecord) -> None:
    """What the row wrote into the document is written back: a quantity, or the place that goods were laid down at."""
    lines = lines_of(scene)
    if record.kind == RecordKind.PLACE and record.line_id is not None:
        laid = way_of(scene.task, scene.document.pk, without=record.pk).open_lines
        _write(scene, [{"id": each.pk, **({"to_place": None} if each.pk in laid else {})} for each in lines])
    elif record.written:
        line = next((each for each in lines if each.pk == record.line_id), None)
        if line is None:
            raise stop("nothing_to_undo", message("这一行已不在单据上，请重新扫描。"))
        _write(scene, _with_quantity(lines, line, line.quantity - record.written))


def _with_quantity(lines: Sequence[Any], line: Any, quantity: Decimal) -> list[dict[str, Any]]:
    """The lines with one at another quantity; at nothing it is left out."""
    return [
        {"id": each.pk, "quantity": quantity} if each.pk == line.pk else {"id": each.pk}
        for each in lines
        if each.pk != line.pk or quantity > 0
    ]


def _write(scene: Scene, lines: Sequence[dict[str, Any]]) -> None:
    draft(scene.rules.declared, DraftCommand(document_id=scene.document.pk, lines=lines), actor=scene.actor)


def count_to(scene: Scene, line_id: UUID, quantity: Decimal) -> Counted:
    """The line stands at this quantity, within what its gates allow.

    Raises Refused: 404 for a line that is not the document's; 422 `quantity_of_serial`, `quantity_out_of_bounds`, and
    what the document's gates find.
    """
    lines = lines_of(scene)
    line = next((each for each in lines if each.pk == line_id), None)
    if line is None:
        raise not_found()
    item = Item.objects.get(pk=line.item_id)
    name = line.serial_no or line.lot_no
    if item.tracking == Tracking.SERIAL:
        raise stop("quantity_of_serial", message("{item} 按序列号管理，请逐件扫码；多扫的请撤销。", item=item.number))
    count = counts_of(scene.task, scene.document.pk).get(line_id, LineCount())
    done = line.quantity if scene.task == ScanTask.RECEIVE else count.counted
    limit = None if scene.rules.writes_draft else line.quantity
    if not _is_within(quantity, limit):
        raise stop("quantity_out_of_bounds", message("批号 {lot}：数量应在 0 到 {limit} 之间。", lot=name,
                                                     limit="—" if limit is None else limit))  # fmt: skip
    written = _set(scene, lines, line, quantity, count) if scene.rules.writes_draft else Decimal(0)
    card = ScanCard(verdict=Verdict.OK, headline=said(message("数量改为 {quantity}", quantity=quantity)),
                    item_name=f"{item.device_name} {item.specification}")  # fmt: skip
    return Counted(card=card, what=f"{item.device_name} {name}", kind=RecordKind.QUANTITY, line_id=line_id,
                   added=quantity - done, counted=quantity, written=written)  # fmt: skip


def _is_within(quantity: Decimal, limit: Decimal | None) -> bool:
    """Whether a count is nothing or more, up to the limit, in no finer parts than quantities are kept in."""
    if not quantity.is_finite() or quantity < 0:
        return False
    return limit is None or (quantity <= limit and quantity == quantity.quantize(SMALLEST))


def _set(scene: Scene, lines: Sequence[Any], line: Any, quantity: Decimal, count: LineCount) -> Decimal:
    """Writes the quantity into the document's line; how much that changed. What was planned stays at least planned."""
    is_receipt = scene.task == ScanTask.RECEIVE
    target = quantity if is_receipt else max(quantity, count.planned_of(line.quantity))
    if target == line.quantity:
        return Decimal(0)
    _write(scene, _with_quantity(lines, line, target))
    if target > 0:
        facts, asked = asked_of(scene)
        found = findings_about(asked, {line.pk})
        wrong = (
            wrong_on_line(facts, asked, line.pk) if is_receipt else [each for each in found if each.code not in LATER]
        )
        require_none(wrong)
    changed: Decimal = target - line.quantity
    return changed


def put_aside(scene: Scene, record_id: UUID | None) -> Counted:
    """A stop is set aside, to be dealt with later; it stays in the book. Without a key this person's open one.

    Raises Refused: 404 for a row that is no stop of this task; 422 `stop_not_open` when none is open or it was set
    aside before.
    """
    record = _open_stop(scene) if record_id is None else _stop(scene, record_id)
    told = as_card(record.told)
    card = ScanCard(verdict=Verdict.ATTENTION, headline=said(message("已移入待处理")), sentence=told.sentence,
                    code=record.code, item_name=told.item_name)  # fmt: skip
    return Counted(card=card, what=record.told.get("what", ""), kind=RecordKind.SET_ASIDE, follows_id=record.pk)


def _stop(scene: Scene, record_id: UUID) -> ScanRecord:
    stops = ScanRecord.objects.filter(document_id=scene.document.pk, task=scene.task, verdict=Verdict.STOP)
    record = stops.filter(pk=record_id, kind=RecordKind.SCAN).first()
    if record is None:
        raise not_found()
    if ScanRecord.objects.filter(document_id=scene.document.pk, follows_id=record_id,
                                 kind=RecordKind.SET_ASIDE).exclude(verdict=Verdict.STOP).exists():  # fmt: skip
        raise stop("stop_not_open", message("这条扫描已移入待处理。"))
    return record


def _open_stop(scene: Scene) -> ScanRecord:
    book = book_of(scene.task, scene.document.pk)
    mine = [row.id for row in book.latest if row.actor_id == scene.actor.user_id and row.id in book.open_stops]
    if not mine:
        raise stop("stop_not_open", message("您在本单没有待处理的扫描。"))
    return ScanRecord.objects.get(pk=mine[0])
