"""查询: everything known about what was scanned, as far as the reader may see it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q

from meridian.inventory.models import StockBalance, StockMovement
from meridian.inventory.queries import lot_facts
from meridian.inventory.queries.lookup import Found, FoundLot, find_lots
from meridian.inventory.reach import places_in_reach
from meridian.inventory.vocabulary import READ_STOCK, BlockKind, MovementType, VirtualPlace
from meridian.items.queries import item_verdicts
from meridian.kernel.clock import now
from meridian.kernel.context import Actor, in_company
from meridian.kernel.messages import Text, message
from meridian.kernel.permission import Grants, grants_of, readable
from meridian.kernel.registry import registry
from meridian.organization.models import Place
from meridian.scanning.answers import LotCard, LotChoice, LotMoved, StockThere
from meridian.scanning.queries.goods import CODE_LENGTH_MAX, Goods, lots_of, plain, read_goods
from meridian.scanning.tasks import TASKS
from meridian.scanning.vocabulary import ScanTask

MOVES_SHOWN = 10
CHOICES_SHOWN = 20
STOCK_SHOWN = 50


def known_about(text: str, *, actor: Actor) -> LotCard:
    """What a lot or serial number, a barcode of any agency, a place's code or a document's number means.

    The same statements however much is known. Raises Refused 403 `permission_required` for who may read no stock;
    a text that means nothing is answered with its `problem`.
    """
    text = plain(text)
    with in_company(actor.company_id):
        rights = {rules.declared.permission("read") for rules in TASKS.values()}
        grants = grants_of(actor, [READ_STOCK.code, *rights])
        reach = places_in_reach(grants)
        return _document(text, grants) or _place(text, reach) or _lot(text, reach)


def _document(text: str, grants: Grants) -> LotCard | None:
    """The document of this number, and the task it waits for."""
    if not text or len(text) > CODE_LENGTH_MAX:
        return None
    for declared in {rules.declared.code: rules.declared for rules in TASKS.values()}.values():
        scope = readable(grants, declared)
        if scope is None:
            continue
        found = declared.model.objects.filter(scope, number=text.upper()).first()
        if found is not None:
            waits = (each for each in TASKS if TASKS[each].declared is declared and TASKS[each].state == found.state)
            task: ScanTask | None = next(waits, None)
            return LotCard(text=text, document_id=found.pk, document_type=declared.code, document_number=found.number,
                           task=task)  # fmt: skip
    return None


def _place(text: str, reach: frozenset[UUID] | None) -> LotCard | None:
    """The place of this code and what lies there; of several sites' places the first by code that may be seen."""
    if not text or len(text) > CODE_LENGTH_MAX:
        return None
    seen = Q() if reach is None else Q(pk__in=reach)
    place = Place.objects.filter(seen, code=text).order_by("pk").first()
    if place is None:
        return None
    return LotCard(text=text, place_id=place.pk, place=str(place), stock=_stock(Q(place_id=place.pk)))


def _lot(text: str, reach: frozenset[UUID] | None) -> LotCard:
    today = now().astimezone(registry.providers.company_zone()).date()
    goods = read_goods(text, today)
    named = [lot.pk for lot in lots_of(goods)] if goods.scan.is_read else []
    found = find_lots(str(named[0]) if len(named) == 1 else text, today=today)
    if not found.lots:
        return LotCard(text=text, problem=_problem(goods, found))
    if len(found.lots) > 1:
        return LotCard(text=text, choices=tuple(_choice(lot) for lot in found.lots[:CHOICES_SHOWN]))
    [lot] = found.lots
    facts = lot_facts([lot.id], frozenset())[lot.id]
    item = item_verdicts([lot.item_id], frozenset())[lot.item_id]
    registration = facts.registration.registration_no if facts.registration else ""
    within = Q(lot_id=lot.id) if reach is None else Q(lot_id=lot.id, place_id__in=reach)
    return LotCard(
        text=text,
        lot_id=lot.id,
        lot=lot.name,
        item_id=item.id,
        item_name=" ".join(filter(None, (item.device_name, item.specification))),
        item_detail=" · ".join(filter(None, (item.number, registration))),
        maker=facts.maker_name,
        unit=item.base_unit,
        manufactured_on=facts.manufactured_on,
        expires_on=facts.expires_on,
        days_left=(facts.expires_on - today).days if facts.expires_on else None,
        blocks=tuple(str(message("{kind}：{reason}", kind=BlockKind(block.kind).label, reason=block.reason))
                     for block in facts.blocks),
        stock=_stock(within),
        moves=_moves(lot.id, reach),
    )  # fmt: skip


def _problem(goods: Goods, found: Found) -> Text:
    if goods.scan.is_read and goods.item is not None:
        return str(message("{item} 没有批号 {lot}。", item=goods.item.number, lot=goods.lot_name))
    return str(found.problem or "")


def _choice(lot: FoundLot) -> LotChoice:
    return LotChoice(lot_id=lot.id, lot=lot.name, item_name=f"{lot.item_name} {lot.specification}".strip(),
                     expires_on=lot.expires_on)  # fmt: skip


def _stock(which: Q) -> tuple[StockThere, ...]:
    rows = StockBalance.objects.filter(which, is_there=True).select_related("place", "lot", "item")
    return tuple(
        StockThere(
            place_id=row.place_id,
            place=str(row.place),
            status=row.status,
            quantity=row.quantity,
            unit=row.item.base_unit,
            lot_id=row.lot_id,
            lot=str(row.lot),
            item_name=row.item.device_name,
        )
        for row in rows.order_by("place__code", "status", "lot_id")[:STOCK_SHOWN]
    )


def _moves(lot_id: UUID, reach: frozenset[UUID] | None) -> tuple[LotMoved, ...]:
    seen = Q() if reach is None else Q(from_place_id__in=reach) | Q(to_place_id__in=reach)
    rows = list(StockMovement.objects.filter(seen, lot_id=lot_id).order_by("-id")[:MOVES_SHOWN])
    ends: Collection[UUID] = {key for row in rows for key in (row.from_place_id, row.to_place_id) if key}
    places = {place.pk: str(place) for place in Place.objects.filter(pk__in=ends)}
    return tuple(
        LotMoved(
            movement=MovementType(row.movement).label,
            document_type=row.document_type,
            document_id=row.document_id,
            document_number=row.document_number,
            quantity=row.quantity,
            origin=_end(places, reach, row.from_place_id, row.from_virtual),
            target=_end(places, reach, row.to_place_id, row.to_virtual),
            day=row.day,
        )
        for row in rows
    )


def _end(places: Mapping[UUID, str], reach: frozenset[UUID] | None, place_id: UUID | None, virtual: str) -> str:
    """One end of a movement; a place outside the reader's scope is not named."""
    if place_id is None:
        return str(VirtualPlace(virtual).label)
    return places.get(place_id, "—") if reach is None or place_id in reach else "—"
