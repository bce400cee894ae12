"""A trace as text: the tree of lots with their edges, who holds what, what lies where, and whether it adds up."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.api import choices, trace_data
from meridian.inventory.queries.genealogy import TraceAnswer, TracedLot, trace
from meridian.inventory.queries.lookup import Found, find_lots
from meridian.inventory.vocabulary import Direction, EdgeKind, StockStatus
from meridian.items.vocabulary import Unit
from meridian.kernel.clock import now
from meridian.kernel.context import in_company
from meridian.kernel.registry import registry
from meridian.kernel.sql import fetch
from meridian.platform.screens.formats import number


@dataclass(frozen=True)
class Answered:
    """What the command prints and the code it ends with."""

    text: str
    data: dict[str, Any]
    code: int


def companies() -> list[str]:
    """Credit code and name of every company of the store."""
    return [f"{uscc}  {name}" for _id, uscc, name in _companies()]


def company_named(text: str) -> UUID | None:
    """The company of this name or credit code; without a text the only one there is."""
    found = [key for key, uscc, name in _companies() if not text or text in (uscc, name, str(key))]
    return found[0] if len(found) == 1 else None


def _companies() -> list[tuple[Any, ...]]:
    return fetch("SELECT id, uscc, name FROM organization_company ORDER BY name")


def answered(company_id: UUID, text: str, direction: str) -> Answered:
    """The answer for one company's text."""
    with in_company(company_id):
        found = find_lots(text, today=now().astimezone(registry.providers.company_zone()).date())
        if not found.lots:
            return Answered(str(found.problem), _nothing(found), 1)
        if found.is_choice:
            offered = {"query": found.text, "choices": choices(found.lots), "trace": None}
            return Answered("\n".join(_choice(found)), offered, 2)
        answer = trace([lot.id for lot in found.lots], Direction(direction))
    data: dict[str, Any] = {"query": found.text, "choices": [], "trace": trace_data(answer)}
    return Answered("\n".join(printed(answer)), data, 0 if answer.is_balanced else 1)


def _nothing(found: Found) -> dict[str, Any]:
    return {"query": found.text, "code": found.code, "message": str(found.problem), "position": found.position}


def _choice(found: Found) -> Iterator[str]:
    yield f"{len(found.lots)} 个批号，请选择其一（以编号追溯） several lots, choose one by its id:"
    for lot in found.lots:
        yield f"  {lot.id}  {lot.name}  {lot.item_number} {lot.item_name} {lot.specification}  {lot.maker_name}"


def printed(answer: TraceAnswer) -> Iterator[str]:
    """The whole answer, line by line."""
    yield f"{answer.direction.label} {', '.join(answer.by_id[root].name for root in answer.roots)}"
    yield from _tree(answer)
    if answer.receipts:
        yield "\n来源 sources"
        for flow in answer.receipts:
            lot = answer.by_id[flow.lot_id]
            yield f"  {flow.day}  {flow.document_number}  {flow.party_name}  {lot.name}  {_amount(flow.quantity, lot)}"
    if answer.holdings:
        yield "\n去向 customers"
        for each in answer.holdings:
            lot = answer.by_id[each.lot_id]
            back = f"（发出 {number(each.shipped)}，退回 {number(each.returned)}）" if each.returned else ""
            yield f"  {each.party_name}  {lot.name}  {_amount(each.net, lot)}{back}"
    if answer.affected_stock:
        yield "\n在库 in house"
        for row in answer.affected_stock:
            lot = answer.by_id[row.lot_id]
            status = StockStatus(row.status).label
            yield f"  {lot.name}  {row.place_code} {row.place_name}  {status}  {_amount(row.quantity, lot)}"
    yield from _checks(answer)


def _tree(answer: TraceAnswer) -> Iterator[str]:
    """Each lot under the first that it was made from; further parents stand behind it."""
    children: dict[UUID, list[tuple[str, UUID]]] = {}
    made: set[UUID] = set()
    for edge in answer.edges:
        if edge.child_id is not None and edge.child_id not in made:
            made.add(edge.child_id)
            kind = f"{EdgeKind(edge.kind).label} {number(edge.parent_quantity)} → {number(edge.child_quantity)}"
            children.setdefault(edge.parent_id, []).append((kind, edge.child_id))
    written: set[UUID] = set()
    tops = [lot.id for lot in answer.lots if lot.id not in made]
    for top in [*tops, *(lot.id for lot in answer.lots)]:  # the second part only for lots inside a cycle
        left = [(top, 0, "")]
        while left:
            lot_id, depth, kind = left.pop()
            if lot_id in written:
                continue
            written.add(lot_id)
            lot = answer.by_id[lot_id]
            mark = "●" if lot.role == "root" else "└" if depth else "○"
            yield f"{'   ' * depth}{mark} {kind + '  ' if kind else ''}{lot.name}  {lot.item_name} {lot.specification}"
            left += [(child, depth + 1, text) for text, child in reversed(children.get(lot_id, []))]


def _checks(answer: TraceAnswer) -> Iterator[str]:
    yield "\n核对 in = out + loss + on hand"
    for lot in answer.lots:
        sums = lot.sums
        fault = sums.difference or sums.unexplained
        yield (
            f"  {lot.name}  {_amount(sums.came_in, lot)} = {number(sums.went_out)} + {number(sums.loss)} "
            f"+ {number(sums.on_hand)}  差异 {number(fault)}{'  ✗' if fault else '  ✓'}"
        )


def _amount(quantity: Decimal, lot: TracedLot) -> str:
    return f"{number(quantity)} {Unit(lot.unit).label}"
