"""What the scanner's templates show: the answers of `scanning.answers` put into words. Pure, no statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meridian.inventory.vocabulary import StockStatus
from meridian.items.vocabulary import Unit
from meridian.platform.screens.formats import number
from meridian.platform.screens.view import Badge, Text, Tone
from meridian.scanning.answers import CardFact, ScanCard, TaskLine, TaskRecord, TaskStanding
from meridian.scanning.vocabulary import RecordKind, ScanTask, Verdict

HUB_URL = "/scan"

ICONS: Mapping[ScanTask, str] = {
    ScanTask.RECEIVE: "package-import",
    ScanTask.PUT_AWAY: "stack-2",
    ScanTask.MOVE: "arrows-exchange",
    ScanTask.PICK: "checklist",
    ScanTask.REVIEW: "shield-check",
}
TITLES: Mapping[ScanTask, Text] = {
    ScanTask.RECEIVE: gettext_lazy("收货扫码"),
    ScanTask.PUT_AWAY: gettext_lazy("上架扫码"),
    ScanTask.MOVE: gettext_lazy("移库扫码"),
    ScanTask.PICK: gettext_lazy("拣货扫码"),
    ScanTask.REVIEW: gettext_lazy("复核扫码"),
}
OFFERS: Mapping[ScanTask, Text] = {
    ScanTask.RECEIVE: gettext_lazy("扫码收货"),
    ScanTask.PUT_AWAY: gettext_lazy("扫码上架"),
    ScanTask.MOVE: gettext_lazy("扫码移库"),
    ScanTask.PICK: gettext_lazy("扫码拣货"),
    ScanTask.REVIEW: gettext_lazy("扫码复核"),
}
"""What a record's button says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWords:
    """How one task calls its lines."""

    lines: Text
    first: Text
    """What stands first in the list."""
    counted: Text


WORDS: Mapping[ScanTask, TaskWords] = {
    ScanTask.RECEIVE: TaskWords(
        lines=gettext_lazy("到货明细"), first=gettext_lazy("未收优先"), counted=gettext_lazy("本行已收")
    ),
    ScanTask.PUT_AWAY: TaskWords(
        lines=gettext_lazy("上架明细"), first=gettext_lazy("未上架优先"), counted=gettext_lazy("本行已上架")
    ),
    ScanTask.MOVE: TaskWords(
        lines=gettext_lazy("移库明细"), first=gettext_lazy("未移优先"), counted=gettext_lazy("本行已移")
    ),
    ScanTask.PICK: TaskWords(
        lines=gettext_lazy("拣货明细"), first=gettext_lazy("未拣优先"), counted=gettext_lazy("本行已拣")
    ),
    ScanTask.REVIEW: TaskWords(
        lines=gettext_lazy("复核明细"), first=gettext_lazy("未核优先"), counted=gettext_lazy("本行已核")
    ),
}
_ZONES: Mapping[str, tuple[Text, Tone]] = {
    StockStatus.PENDING_INSPECTION: (gettext_lazy("黄"), "warn"),
    StockStatus.RETURNED_PENDING: (gettext_lazy("黄"), "warn"),
    StockStatus.QUALITY_HOLD: ("", "violet"),
    StockStatus.QUALIFIED: (gettext_lazy("绿"), "ok"),
    StockStatus.NONCONFORMING: (gettext_lazy("红"), "bad"),
}
"""The trade's zone colours (GSP Art 40)."""
_TONES: Mapping[str, tuple[Tone, str]] = {
    Verdict.OK: ("ok", "circle-check"),
    Verdict.ATTENTION: ("warn", "alert-triangle"),
    Verdict.STOP: ("bad", "alert-triangle"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPart:
    """The result card. `record_id` is set for a stop that waits for 重扫 or 移入待处理."""

    verdict: str
    tone: Tone
    icon: str
    headline: str
    sentence: str = ""
    item_name: str = ""
    item_detail: str = ""
    zone: Badge | None = None
    facts: tuple[CardFact, ...] = ()
    record_id: UUID | None = None

    @property
    def said(self) -> str:
        """What a screen reader says."""
        return "。".join(part for part in (self.headline, self.item_name, self.sentence) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePart:
    """One line of work. Figures are texts; `part` of `whole` draws the bar, `whole` 0 draws none."""

    key: str
    line_id: UUID | None
    name: str
    facts: tuple[tuple[Text, str], ...]
    """Word and value: 批 | QM261102A."""
    note: Text
    done: str
    wanted: str
    unit: Text
    part: str
    whole: str
    is_cold: bool
    is_current: bool
    is_complete: bool
    may_step: bool
    less: str
    more: str
    """The quantities that − and + lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPart:
    """One row of the scan book."""

    at: str
    tone: Tone
    icon: str
    what: str
    result: str
    is_taken_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """`scanning/task.html`, and the fragment that follows a scan."""

    task: str
    title: Text
    document_id: UUID
    number: str
    party: str
    words: TaskWords
    hint: Text
    standing: TaskStanding
    lines: tuple[LinePart, ...]
    current: LinePart | None
    records: tuple[RecordPart, ...]
    done: str
    wanted: str
    card: CardPart | None
    key: str
    """The idempotency key of the plain form."""
    record_url: str
    may_undo: bool

    @property
    def url(self) -> str:
        """The page's own address; its forms post below it."""
        return task_url(self.task, self.document_id)

    @property
    def progress(self) -> str:
        """`2 / 5 行完成`, or how many lines there are where nothing is expected."""
        if not self.lines:
            return ""
        figures = {"done": self.standing.finished_lines, "n": len(self.lines)}
        if all(line.whole == "0" for line in self.lines):
            return ngettext("%(n)s 行", "%(n)s 行", len(self.lines)) % figures
        return _("%(done)s / %(n)s 行完成") % figures

    @property
    def counts(self) -> str:
        """`88 次 · 误扫 1`."""
        parts = [ngettext("%(n)s 次", "%(n)s 次", self.standing.scans) % {"n": number(self.standing.scans)}]
        if self.standing.stops:
            parts.append(_("误扫 %(n)s") % {"n": number(self.standing.stops)})
        if self.standing.set_aside:
            parts.append(_("待处理 %(n)s") % {"n": number(self.standing.set_aside)})
        return " · ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPage:
    """`scanning/refused.html`: a card alone, for what never came to be counted."""

    card: CardPart
    url: str
    record_url: str


def task_url(task: str, document_id: UUID) -> str:
    """The page of one task on one document."""
    return f"{HUB_URL}/{task.replace('_', '-')}/{document_id}"


def card_part(card: ScanCard, open_stop: UUID | None = None) -> CardPart:
    """The card in words; `open_stop` is the record of a stop that still holds the next scan."""
    tone, icon = _TONES[card.verdict]
    return CardPart(
        verdict=str(card.verdict),
        tone=tone,
        icon=icon,
        headline=str(card.headline),
        sentence=str(card.sentence),
        item_name=card.item_name,
        item_detail=card.item_detail,
        zone=zone_badge(card.zone),
        facts=card.facts,
        record_id=open_stop if card.verdict == Verdict.STOP else None,
    )


def zone_badge(status: str) -> Badge | None:
    """`黄 · 待验`; nothing for goods without a status."""
    if status not in StockStatus.values:
        return None
    colour, tone = _ZONES[status]
    words = (str(colour), str(StockStatus(status).label))
    return Badge(label=" · ".join(filter(None, words)), tone=tone, dot=False)


def task_page(standing: TaskStanding, card: CardPart | None, *, key: str, record_url: str) -> TaskPage:
    """The whole page of a task as it stands."""
    task = ScanTask(standing.task)
    lines = tuple(_line(line) for line in standing.lines)
    wanted = standing.wanted
    return TaskPage(
        task=str(task),
        title=TITLES[task],
        document_id=standing.document_id,
        number=standing.number,
        party=standing.party,
        words=WORDS[task],
        hint=standing.hint or _("扫描 UDI / 箱码 / 库位码"),
        standing=standing,
        lines=lines,
        current=next((line for line in lines if line.is_current), None),
        records=tuple(_record(record) for record in standing.records),
        done=number(standing.done),
        wanted="" if wanted is None else number(wanted),
        card=card,
        key=key,
        record_url=record_url,
        may_undo=any(
            record.kind in (RecordKind.SCAN, RecordKind.PLACE, RecordKind.QUANTITY)
            and record.verdict != Verdict.STOP
            and not record.is_taken_back
            for record in standing.records
        ),
    )


def _line(line: TaskLine) -> LinePart:
    facts = [(_("批"), line.lot)] if line.lot else []
    if line.expires_on:
        facts.append((_("效期"), line.expires_on.isoformat()))
    if line.place:
        facts.append((_("货位"), line.place))
    whole = line.wanted if line.wanted is not None else Decimal(0)
    return LinePart(
        key=line.key,
        line_id=line.line_id,
        name=line.item_name,
        facts=tuple(facts),
        note=line.note,
        done=number(line.done),
        wanted="" if line.wanted is None else number(line.wanted),
        unit=Unit(line.unit).label if line.unit in Unit.values else line.unit,
        part=f"{min(line.done, whole):f}",
        whole=f"{whole:f}" if whole else "0",
        is_cold=line.is_cold,
        is_current=line.is_current,
        is_complete=line.is_complete,
        may_step=line.may_step and line.line_id is not None,
        less=f"{max(line.done - 1, Decimal(0)).normalize():f}",
        more=f"{(line.done + 1).normalize():f}",
    )


def _record(record: TaskRecord) -> RecordPart:
    tone, icon = _TONES[record.verdict]
    if record.kind in (RecordKind.UNDO, RecordKind.SET_ASIDE):
        tone, icon = "neutral", "arrow-back-up" if record.kind == RecordKind.UNDO else "hand-stop"
    elif record.verdict == Verdict.STOP:
        icon = "circle-x"
    is_figure = record.verdict != Verdict.STOP and bool(record.added)
    change = f"{'+' if record.added > 0 else ''}{number(record.added)} → {number(record.counted)}"
    return RecordPart(
        at=f"{timezone.localtime(record.at):%H:%M:%S}",
        tone=tone,
        icon=icon,
        what=record.what,
        result=change if is_figure else str(record.headline),
        is_taken_back=record.is_taken_back,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedPage:
    """`scanning/unfinished.html`: what is left, said before the task is ended."""

    title: Text
    number: str
    party: str
    url: str
    headline: str
    sentence: str
    lines: tuple[LinePart, ...]
    step_url: str
    finish_label: str


def unfinished_page(page: TaskPage, *, step_url: str) -> UnfinishedPage:
    """The lines of a task of which something is left to do."""
    left = tuple(line for line in page.lines if line.whole != "0" and not line.is_complete)
    finish = str(page.standing.finish_label) or _("完成")
    return UnfinishedPage(
        title=page.title,
        number=page.number,
        party=page.party,
        url=page.url,
        headline=ngettext("还有 %(n)s 行未完成", "还有 %(n)s 行未完成", len(left)) % {"n": len(left)},
        sentence=_("已扫 %(done)s / %(wanted)s。可以继续扫描，或按已扫数量办理。")
        % {"done": page.done, "wanted": page.wanted or "—"},
        lines=left,
        step_url=step_url,
        finish_label=_("仍然%(finish)s") % {"finish": finish},
    )
