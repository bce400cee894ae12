"""The trace page: one question (a text or a lot, and a direction), its answer as figures, picture and tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.accounts.rights import require_right
from meridian.inventory.pages import words
from meridian.inventory.pages.picture import picture
from meridian.inventory.pages.report import report
from meridian.inventory.pages.tables import choice, tables
from meridian.inventory.pages.trace_page import TracePage
from meridian.inventory.queries.genealogy import ROOT, TraceAnswer, TracedLot, trace
from meridian.inventory.queries.lookup import Found, find_lots, lots_by_id
from meridian.inventory.vocabulary import READ_TRACE, Direction, StockStatus
from meridian.kernel.clock import now
from meridian.kernel.registry import registry
from meridian.platform.screens.derive.query import as_uuid
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Badge, Fact, KeyValue, LineGrid, Link, Note, Text
from meridian.platform.screens.views import shown

URL = "/trace"


@dataclass(frozen=True)
class Question:
    """What the address asks: `lot_id` wins over `text`."""

    text: str
    lot_id: UUID | None
    direction: Direction

    def url(self, direction: Direction) -> str:
        """The same question, another way."""
        return words.trace_url(direction, lot_id=self.lot_id, query=self.text)


def question_of(request: HttpRequest) -> Question:
    """The question of an address; raises Http404 for a lot that is no id."""
    text, lot = request.GET.get("q", ""), request.GET.get("lot", "")
    wanted = request.GET.get("direction", "")
    lot_id = as_uuid(lot)
    if lot and lot_id is None:
        raise Http404("no such lot")
    return Question(text, lot_id, Direction(wanted) if wanted in Direction.values else Direction.BOTH)


def found_of(question: Question) -> Found | None:
    """The lots asked about; None when nothing was asked. Raises Http404 for a lot this company does not have."""
    if question.lot_id is not None:
        lots = lots_by_id([question.lot_id])
        if not lots:
            raise Http404("no such lot")
        return Found(lots[0].name, lots)
    if not question.text.strip():
        return None
    return find_lots(question.text, today=now().astimezone(registry.providers.company_zone()).date())


@for_reader
@require_safe
def trace_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The trace of what was asked; a list to choose from where the text means several lots."""
    require_right(reader.grants, READ_TRACE, everywhere=True)
    question = question_of(request)
    found = found_of(question)
    if found is None or not found.lots:
        problem = Note(sentence=str(found.problem), tone="warn", icon="alert-triangle") if found is not None else None
        return shown(request, reader, "trace.html", _page(question, question.text, note=problem))
    if found.is_choice:
        note = Note(sentence=_("“%(text)s”有 %(n)s 个批号，请选择。") % {"text": found.text, "n": len(found.lots)})
        choices = ((_("请选择批号"), choice(found.lots, question.direction)),)
        return shown(request, reader, "trace.html", _page(question, found.text, note=note, tables=choices))
    begun = perf_counter()
    answer = trace([lot.id for lot in found.lots], question.direction)
    return shown(request, reader, "trace.html", _answered(question, found, answer, reader, perf_counter() - begun))


@for_reader
@require_safe
def trace_report(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The whole answer as a file with time, person, question and hash."""
    require_right(reader.grants, READ_TRACE, everywhere=True)
    question = question_of(request)
    found = found_of(question)
    if found is None or not found.lots or found.is_choice:
        raise Http404("nothing to report")
    answer = trace([lot.id for lot in found.lots], question.direction)
    return report(answer, question=found.text, reader=reader)


Tables = tuple[tuple[Text, LineGrid], ...]

_WAYS: dict[Direction, Literal["back", "forward", "both"]] = {
    Direction.BACK: "back",
    Direction.FORWARD: "forward",
    Direction.BOTH: "both",
}


def _page(question: Question, text: str, *, note: Note | None = None, tables: Tables = ()) -> TracePage:
    """The page without an answer: nothing asked yet, nothing found, or a choice to make."""
    hint = Note(sentence=_("扫描或输入批号、序列号、UDI 条码或单号，查它从哪里来、到哪里去。"), icon="scan")
    return TracePage(
        url=URL,
        query=text,
        direction=_WAYS[question.direction],
        directions=_directions(question),
        note=note or hint,
        tables=tables,
    )


def _directions(question: Question) -> tuple[tuple[Text, str, bool], ...]:
    return tuple((each.label, question.url(each), each is question.direction) for each in Direction)


def _answered(question: Question, found: Found, answer: TraceAnswer, reader: Reader, seconds: float) -> TracePage:
    today = now().astimezone(registry.providers.company_zone()).date()
    roots = [lot for lot in answer.lots if lot.role == ROOT]
    name = found.document_number or found.lots[0].name
    alone = roots[0] if len(roots) == 1 else None
    return TracePage(
        url=URL,
        query=question.text or name,
        direction=_WAYS[question.direction],
        directions=_directions(question),
        summary=(_subject(found, roots), *figures(answer), _balance(answer, seconds)),
        graph=picture(answer, reader),
        legend=_legend(answer),
        selected_title=f"{alone.item_name} {alone.name}" if alone is not None else "",
        selected_badge=words.lot_badge(alone.expires_on, alone.blocks, alone.sums.on_hand, today) if alone else None,
        selected=_facts(alone, answer, reader) if alone is not None else (),
        selected_note=_elsewhere(alone) if alone is not None else None,
        selected_links=(Link(label=_("批次档案"), url=words.lot_url(alone.id)),) if alone is not None else (),
        tables=tables(answer, reader),
        exports=(Link(label=_("追溯报告"), url=_report_url(question), icon="download"),),
    )


def _report_url(question: Question) -> str:
    return question.url(question.direction).replace(URL, f"{URL}/report.csv", 1)


def _subject(found: Found, roots: Sequence[TracedLot]) -> Fact:
    """What was asked about: a lot with its days, or a document with its lots."""
    if found.document_number:
        return Fact(label=_("单据"), value=found.document_number, note=_("%(n)s 个批号") % {"n": len(roots)})
    first = roots[0]
    value = f"{first.item_name} {first.specification} · {first.lot_no if len(roots) > 1 else first.name}"
    days = [
        _("生产 %(day)s") % {"day": first.manufactured_on} if first.manufactured_on else "",
        _("有效期至 %(day)s") % {"day": first.expires_on} if first.expires_on else "",
        _("%(n)s 个序列号") % {"n": len(roots)} if len(roots) > 1 else "",
    ]
    return Fact(label=_("所查批"), value=value, note=" · ".join(day for day in days if day))


def figures(answer: TraceAnswer) -> tuple[Fact, ...]:
    """Looking forward: what went out, what is left, what was lost. Looking back only: what it was made of."""
    if answer.direction is Direction.BACK:
        suppliers = {flow.party_name for flow in answer.receipts}
        documents = {flow.document_id for flow in answer.receipts}
        sources = sum(lot.role != ROOT for lot in answer.lots)
        return (
            Fact(label=_("来源批"), value=sources, kind="number", note=_("%(n)s 条谱系") % {"n": len(answer.edges)}),
            Fact(label=_("供货者"), value=len(suppliers), kind="number",
                 note=_("%(n)s 张收货单") % {"n": len(documents)}),
        )  # fmt: skip
    return (_affected(answer), _shipped(answer), _left(answer), _lost(answer))


def _affected(answer: TraceAnswer) -> Fact:
    lots = [lot for lot in answer.lots if lot.id in answer.affected]
    roots = words.amounts((lot.sums.came_in, lot.unit) for lot in lots if lot.role == ROOT)
    return Fact(label=_("所查数量"), value=roots, note=_("受影响 %(n)s 个批号") % {"n": len(lots)})


def _shipped(answer: TraceAnswer) -> Fact:
    held = words.amounts((each.net, answer.by_id[each.lot_id].unit) for each in answer.holdings)
    customers = {(each.party_id, each.party_name) for each in answer.holdings if each.net}
    back = [(each.returned, answer.by_id[each.lot_id].unit) for each in answer.holdings if each.returned]
    note = _("%(n)s 家客户") % {"n": len(customers)}
    if back:
        note += " · " + _("已退回 %(amount)s") % {"amount": words.amounts(back)}
    return Fact(label=_("客户持有"), value=held, tone="bad" if customers else None, note=note)


def _left(answer: TraceAnswer) -> Fact:
    """What lies in house, and how much of it nobody may ship."""
    stock = [(row, answer.by_id[row.lot_id]) for row in answer.affected_stock]
    held = [(row.quantity, lot.unit) for row, lot in stock if row.status != StockStatus.QUALIFIED or lot.blocks]
    note = _("其中不可用 %(amount)s") % {"amount": words.amounts(held)} if held else ""
    value = words.amounts((row.quantity, lot.unit) for row, lot in stock)
    return Fact(label=_("在库"), value=value, note=note, note_tone="violet")


def _lost(answer: TraceAnswer) -> Fact:
    lots = [lot for lot in answer.lots if lot.id in answer.affected and lot.sums.loss]
    value = words.amounts((lot.sums.loss, lot.unit) for lot in lots)
    return Fact(label=_("报废损耗"), value=value, note=_("%(n)s 个批号") % {"n": len(lots)} if lots else "")


def _balance(answer: TraceAnswer, seconds: float) -> Fact:
    """Whether every lot's quantities add up: in = out + loss + on hand."""
    wrong = [lot for lot in answer.lots if lot.sums.difference or lot.sums.unexplained]
    note = _("用时 %(n)s 秒") % {"n": f"{seconds:.2f}"}
    if wrong:
        return Fact(label=_("数量核对"), value=_("%(n)s 个批号有差异") % {"n": len(wrong)}, tone="bad", note=note)
    return Fact(label=_("数量核对"), value=_("差异 0"), tone="ok", note=note)


def _legend(answer: TraceAnswer) -> tuple[Badge, ...]:
    if answer.direction is Direction.BACK:
        return ()
    return Badge(label=_("受影响路径"), tone="bad"), Badge(label=_("不可用"), tone="violet")


def _facts(lot: TracedLot, answer: TraceAnswer, reader: Reader) -> tuple[KeyValue, ...]:
    """The rail: what the lot is and its own figures."""
    receipts = [flow for flow in answer.receipts if flow.lot_id == lot.id]
    rows = [
        KeyValue(label=_("物料"), value=f"{lot.item_number} {lot.item_name} {lot.specification}",
                 url=words.document_url(reader, "item", lot.item_id)),
        KeyValue(label=_("生产企业"), value=lot.maker_name),
        KeyValue(label=_("灭菌批号"), value=lot.sterilization_lot_no),
        KeyValue(label=_("生产日期"), value=lot.manufactured_on, kind="date"),
        KeyValue(label=_("有效期至"), value=lot.expires_on, kind="expiry"),
        KeyValue(label=_("锁定"), value=words.blocks_label(lot.blocks)),
        *(KeyValue(label=_("收货"), value=flow.document_number, note=f"{flow.party_name} {flow.day}",
                   url=words.document_url(reader, flow.document_type, flow.document_id)) for flow in receipts[:3]),
        *(KeyValue(label=label, value=value, kind="quantity", unit=words.unit_label(lot.unit))
          for label, value in ((_("入"), lot.sums.came_in), (_("出"), lot.sums.went_out), (_("损耗"), lot.sums.loss),
                               (_("在库"), lot.sums.on_hand))),
    ]  # fmt: skip
    return tuple(row for row in rows if row.value not in (None, ""))


def _elsewhere(lot: TracedLot) -> Note | None:
    if not lot.sums.passed_elsewhere:
        return None
    passed = words.amount(lot.sums.passed_elsewhere, lot.unit)
    link = Link(label=_("查全部去向"), url=words.trace_url(Direction.FORWARD, lot_id=lot.id))
    return Note(sentence=_("本批另有 %(amount)s 用于未列出的批次。") % {"amount": passed}, tone="warn",
                icon="alert-triangle", link=link)  # fmt: skip
