"""The tables under a trace: they say all that the picture says, with exact quantities."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.inventory.pages import words
from meridian.inventory.queries.genealogy import Flow, TraceAnswer, TracedLot
from meridian.inventory.queries.lookup import FoundLot
from meridian.inventory.vocabulary import Direction, EdgeKind, MovementType
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Badge, Cell, Column, LineGrid, Row, Text

ROWS_MAX = 200
"""Rows of one table on the page; the report has them all."""


def tables(answer: TraceAnswer, reader: Reader) -> tuple[tuple[Text, LineGrid], ...]:
    """What the direction asks for: customers and shelves, sources, genealogy, and the check of every lot."""
    forward, back = answer.direction is not Direction.BACK, answer.direction is not Direction.FORWARD
    wanted: list[tuple[bool, Text, Callable[[TraceAnswer, Reader], LineGrid]]] = [
        (forward, _("去向明细"), _customers),
        (forward, _("在库明细"), _in_house),
        (forward, _("出库与退回单据"), _shipments),
        (back or bool(answer.receipts), _("来源明细"), _receipts),
        (bool(answer.edges), _("批次谱系"), _edges),
        (True, _("数量核对"), _checks),
    ]
    return tuple((title, grid(answer, reader)) for applies, title, grid in wanted if applies)


def choice(lots: Sequence[FoundLot], direction: Direction) -> LineGrid:
    """Lots of which one is meant; each leads to its own trace."""
    columns = (
        Column(name="lot", label=_("批号"), kind="id", phone="title"),
        Column(name="item", label=_("物料"), phone="sub", width="wide"),
        Column(name="maker", label=_("生产企业")),
        Column(name="made", label=_("生产日期"), kind="date"),
        Column(name="expiry", label=_("有效期至"), kind="expiry"),
    )
    rows = (
        Row(
            key=str(lot.id),
            url=words.trace_url(direction, lot_id=lot.id),
            cells=(
                Cell(kind="id", value=lot.name, url=words.trace_url(direction, lot_id=lot.id)),
                Cell(value=f"{lot.item_number} {lot.item_name} {lot.specification}"),
                Cell(value=lot.maker_name),
                Cell(kind="date", value=lot.manufactured_on),
                Cell(kind="expiry", value=lot.expires_on),
            ),
        )
        for lot in lots
    )
    return _grid(columns, rows, len(lots))


def _grid(columns: tuple[Column, ...], rows: Iterable[Row], count: int, empty: Text = "") -> LineGrid:
    note = _("只列出前 %(n)s 行，全部 %(all)s 行见报告") % {"n": ROWS_MAX, "all": count} if count > ROWS_MAX else ""
    return LineGrid(columns=columns, rows=tuple(islice(rows, ROWS_MAX)), note=note, empty=empty)


def _lot(lot: TracedLot) -> Cell:
    return Cell(kind="id", value=lot.name, url=words.lot_url(lot.id))


def _item(lot: TracedLot) -> Cell:
    return Cell(value=f"{lot.item_name} {lot.specification}", note=lot.item_number)


def _quantity(quantity: Decimal, lot: TracedLot, *, strong: bool = False) -> Cell:
    return Cell(kind="quantity", value=quantity, unit=words.unit_label(lot.unit), strong=strong)


def _document(reader: Reader, flow: Flow) -> Cell:
    url = words.document_url(reader, flow.document_type, flow.document_id)
    return Cell(kind="id", value=flow.document_number, url=url, note=words.document_label(flow.document_type))


def _party(reader: Reader, kind: str, party_id: UUID | None, name: str) -> Cell:
    url = words.document_url(reader, kind, party_id) if party_id is not None else ""
    return Cell(value=name or _("未记名"), url=url, strong=True)


def _customers(answer: TraceAnswer, reader: Reader) -> LineGrid:
    columns = (
        Column(name="customer", label=_("客户"), phone="title", width="wide"),
        Column(name="lot", label=_("批号"), kind="id", phone="sub"),
        Column(name="item", label=_("物料"), phone="sub"),
        Column(name="shipped", label=_("发出"), kind="quantity"),
        Column(name="returned", label=_("退回"), kind="quantity"),
        Column(name="net", label=_("净数量"), kind="quantity", phone="status"),
    )
    rows = (
        Row(
            key=f"{each.party_id}-{each.lot_id}",
            cells=(
                _party(reader, "customer", each.party_id, each.party_name),
                _lot(lot),
                _item(lot),
                _quantity(each.shipped, lot),
                _quantity(each.returned, lot),
                _quantity(each.net, lot, strong=True),
            ),
        )
        for each in answer.holdings
        for lot in (answer.by_id[each.lot_id],)
    )
    return _grid(columns, rows, len(answer.holdings), _("没有发给任何客户"))


def _in_house(answer: TraceAnswer, reader: Reader) -> LineGrid:
    del reader
    columns = (
        Column(name="lot", label=_("批号"), kind="id", phone="title"),
        Column(name="item", label=_("物料"), phone="sub"),
        Column(name="place", label=_("位置")),
        Column(name="status", label=_("质量状态"), kind="badge", phone="status"),
        Column(name="blocks", label=_("批号锁定"), kind="badge"),
        Column(name="quantity", label=_("数量"), kind="quantity"),
    )
    rows = (
        Row(
            key=f"{row.lot_id}-{row.place_id}-{row.status}",
            cells=(
                _lot(lot),
                _item(lot),
                Cell(value=f"{row.place_code} {row.place_name}"),
                Cell(kind="badge", badge=words.status_badge(row.status)),
                Cell(
                    kind="badge",
                    badge=Badge(label=words.blocks_label(lot.blocks), tone="bad") if lot.blocks else None,
                ),
                _quantity(row.quantity, lot, strong=True),
            ),
        )
        for row in answer.affected_stock
        for lot in (answer.by_id[row.lot_id],)
    )
    return _grid(columns, rows, len(answer.affected_stock), _("没有库存"))


def _shipments(answer: TraceAnswer, reader: Reader) -> LineGrid:
    columns = (
        Column(name="document", label=_("单据"), kind="id", phone="title"),
        Column(name="day", label=_("日期"), kind="date"),
        Column(name="movement", label=_("移动类型"), phone="sub"),
        Column(name="customer", label=_("客户"), phone="sub", width="wide"),
        Column(name="lot", label=_("批号"), kind="id"),
        Column(name="quantity", label=_("数量"), kind="quantity", phone="status"),
    )
    kinds = (MovementType.SHIP, MovementType.RETURN_FROM_CUSTOMER)
    flows = [flow for flow in answer.flows if flow.lot_id in answer.affected and flow.movement in kinds]
    rows = (
        Row(
            key=f"{flow.document_id}-{flow.lot_id}-{flow.movement}",
            cells=(
                _document(reader, flow),
                Cell(kind="date", value=flow.day),
                Cell(value=words.movement_label(flow.movement)),
                _party(reader, "customer", flow.party_id, flow.party_name),
                _lot(lot),
                _quantity(flow.quantity, lot),
            ),
        )
        for flow in flows
        for lot in (answer.by_id[flow.lot_id],)
    )
    return _grid(columns, rows, len(flows), _("没有出库单据"))


def _receipts(answer: TraceAnswer, reader: Reader) -> LineGrid:
    columns = (
        Column(name="supplier", label=_("供货者"), phone="title", width="wide"),
        Column(name="document", label=_("收货单"), kind="id", phone="sub"),
        Column(name="day", label=_("日期"), kind="date"),
        Column(name="lot", label=_("批号"), kind="id"),
        Column(name="item", label=_("物料")),
        Column(name="maker", label=_("生产企业")),
        Column(name="quantity", label=_("数量"), kind="quantity", phone="status"),
    )
    rows = (
        Row(
            key=f"{flow.document_id}-{flow.lot_id}",
            cells=(
                _party(reader, "supplier", flow.party_id, flow.party_name),
                _document(reader, flow),
                Cell(kind="date", value=flow.day),
                _lot(lot),
                _item(lot),
                Cell(value=lot.maker_name),
                _quantity(flow.quantity, lot, strong=True),
            ),
        )
        for flow in answer.receipts
        for lot in (answer.by_id[flow.lot_id],)
    )
    return _grid(columns, rows, len(answer.receipts), _("没有收货记录"))


def _edges(answer: TraceAnswer, reader: Reader) -> LineGrid:
    columns = (
        Column(name="parent", label=_("来源批"), kind="id", phone="title"),
        Column(name="taken", label=_("投入"), kind="quantity"),
        Column(name="kind", label=_("类型"), phone="sub"),
        Column(name="child", label=_("产出批"), kind="id", phone="sub"),
        Column(name="given", label=_("产出"), kind="quantity"),
        Column(name="document", label=_("单据"), kind="id"),
        Column(name="day", label=_("日期"), kind="date", phone="status"),
    )
    numbers = {flow.document_id: flow.document_number for flow in answer.flows}
    rows = []
    for edge in answer.edges[:ROWS_MAX]:
        parent, child = answer.by_id[edge.parent_id], answer.by_id.get(edge.child_id) if edge.child_id else None
        url = words.document_url(reader, edge.document_type, edge.document_id)
        number = numbers.get(edge.document_id, words.document_label(edge.document_type))
        cells = (
            _lot(parent),
            _quantity(edge.parent_quantity, parent),
            Cell(value=EdgeKind(edge.kind).label),
            _lot(child) if child is not None else Cell(),
            _quantity(edge.child_quantity, child) if child is not None else Cell(),
            Cell(kind="id", value=number, url=url),
            Cell(kind="date", value=edge.day),
        )
        rows.append(Row(key=f"{edge.parent_id}-{edge.child_id}-{edge.document_id}", cells=cells))
    return _grid(columns, rows, len(answer.edges))


def _checks(answer: TraceAnswer, reader: Reader) -> LineGrid:
    del reader
    columns = (
        Column(name="lot", label=_("批号"), kind="id", phone="title"),
        Column(name="item", label=_("物料"), phone="sub"),
        Column(name="came_in", label=_("入"), kind="quantity"),
        Column(name="went_out", label=_("出"), kind="quantity"),
        Column(name="loss", label=_("损耗"), kind="quantity"),
        Column(name="on_hand", label=_("在库"), kind="quantity"),
        Column(name="difference", label=_("差异"), kind="badge", phone="status"),
    )
    rows = (
        Row(
            key=str(lot.id),
            cells=(
                _lot(lot),
                _item(lot),
                *(_quantity(each, lot) for each in (sums.came_in, sums.went_out, sums.loss, sums.on_hand)),
                Cell(kind="badge", badge=difference(sums.difference, sums.unexplained)),
            ),
        )
        for lot in answer.lots
        for sums in (lot.sums,)
    )
    grid = _grid(columns, rows, len(answer.lots))
    return replace(grid, note=grid.note or _("入 = 出 + 损耗 + 在库；差异应为 0"))


def difference(in_stock: Decimal, in_genealogy: Decimal) -> Badge:
    """Zero in green, anything else in red with what is missing where."""
    if in_stock:
        return Badge(label=_("%(n)s 库存") % {"n": f"{in_stock.normalize():f}"}, tone="bad")
    if in_genealogy:
        return Badge(label=_("%(n)s 谱系") % {"n": f"{in_genealogy.normalize():f}"}, tone="bad")
    return Badge(label="0", tone="ok")
