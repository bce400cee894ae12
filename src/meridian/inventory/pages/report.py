"""A trace as a file: who asked what and when, every row of the answer, and the hash of all that."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from meridian.inventory.pages import words
from meridian.inventory.queries.genealogy import TraceAnswer, TracedLot
from meridian.inventory.vocabulary import EdgeKind
from meridian.kernel.clock import now
from meridian.platform.screens import formats
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run; such text gets an apostrophe before it."""


def report(answer: TraceAnswer, *, question: str, reader: Reader) -> HttpResponse:
    """The answer as CSV (UTF-8 with its mark), closed by the SHA-256 of all lines before, which the header repeats."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in _lines(answer, question, reader):
        writer.writerow([_safe(cell) for cell in line])
    body = text.getvalue().encode("utf-8-sig")
    digest = hashlib.sha256(body).hexdigest()
    closing = f"{_('以上内容 SHA-256')},{digest}\r\n".encode()
    response = HttpResponse(body + closing, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trace.csv"'
    response["X-Content-SHA256"] = digest
    return response


def _safe(cell: Any) -> str:
    """The cell as text: plain decimals, ISO days, nothing that a spreadsheet would run."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _lines(answer: TraceAnswer, question: str, reader: Reader) -> Iterator[Sequence[Any]]:
    yield [_("追溯报告"), provided().company_name()]
    yield [_("查询"), question, answer.direction.label]
    yield [_("时间"), formats.instant(now())]
    yield [_("操作人"), reader.actor.name]
    yield [_("数量核对"), _("差异 0") if answer.is_balanced else _("有差异")]
    for block in (_lots(answer), _edges(answer), _movements(answer), _in_house(answer)):
        yield []
        yield from block


def _name(lot: TracedLot) -> list[Any]:
    return [lot.lot_no, lot.serial_no, lot.item_number, f"{lot.item_name} {lot.specification}", lot.maker_name]


def _naming() -> list[str]:
    return [_("批号"), _("序列号"), _("物料编码"), _("物料"), _("生产企业")]


def _lots(answer: TraceAnswer) -> Iterator[Sequence[Any]]:
    sums_named = [_("入"), _("出"), _("损耗"), _("在库"), _("差异"), _("谱系差异")]
    yield [_("批次"), *_naming(), _("有效期至"), _("锁定"), _("单位"), *sums_named]
    for lot in answer.lots:
        sums = lot.sums
        yield [lot.layer, *_name(lot), lot.expires_on, words.blocks_label(lot.blocks), words.unit_label(lot.unit),
               sums.came_in, sums.went_out, sums.loss, sums.on_hand, sums.difference, sums.unexplained]  # fmt: skip


def _edges(answer: TraceAnswer) -> Iterator[Sequence[Any]]:
    yield [_("谱系"), _("来源批"), _("投入"), _("产出批"), _("产出"), _("日期"), _("单据")]
    for edge in answer.edges:
        child = answer.by_id[edge.child_id].name if edge.child_id is not None else ""
        yield [EdgeKind(edge.kind).label, answer.by_id[edge.parent_id].name, edge.parent_quantity, child,
               edge.child_quantity if child else None, edge.day, edge.document_id]  # fmt: skip


def _movements(answer: TraceAnswer) -> Iterator[Sequence[Any]]:
    yield [_("进出"), *_naming(), _("单据"), _("单号"), _("日期"), _("往来单位"), _("数量"), _("单位")]
    for flow in answer.flows:
        lot = answer.by_id[flow.lot_id]
        yield [words.movement_label(flow.movement), *_name(lot), words.document_label(flow.document_type),
               flow.document_number, flow.day, flow.party_name, flow.quantity, words.unit_label(lot.unit)]  # fmt: skip


def _in_house(answer: TraceAnswer) -> Iterator[Sequence[Any]]:
    yield [_("在库"), *_naming(), _("位置"), _("质量状态"), _("数量"), _("单位")]
    for row in answer.in_house:
        lot = answer.by_id[row.lot_id]
        place, status = f"{row.place_code} {row.place_name}", words.status_badge(row.status).label
        yield ["", *_name(lot), place, status, row.quantity, words.unit_label(lot.unit)]
