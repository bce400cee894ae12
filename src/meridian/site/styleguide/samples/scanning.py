"""Samples of the scanner's pages: receiving at the dock, the wrong lot, the hub."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.kernel.messages import Message
from meridian.scanning.answers import (
    CardFact,
    HubDocument,
    HubTile,
    ScanCard,
    TaskLine,
    TaskRecord,
    TaskStanding,
    TaskStep,
)
from meridian.scanning.pages.hub_view import HubPage, hub_page
from meridian.scanning.pages.view import TaskPage, UnfinishedPage, card_part, task_page, unfinished_page
from meridian.scanning.vocabulary import RecordKind, ScanTask, Verdict
from meridian.scanning.words import Said, said
from meridian.site.styleguide.samples.frame import BASE, at

DOCUMENT = UUID(int=54)
BALLOON = "冠脉球囊扩张导管 2.5×15 mm"


def line(number: int, name: str, lot: str, until: date | None, done: int, wanted: int) -> TaskLine:
    """One line of the notice."""
    return TaskLine(
        key=str(number),
        line_id=UUID(int=number),
        item_name=name,
        lot=lot,
        expires_on=until,
        done=Decimal(done),
        wanted=Decimal(wanted),
        unit="stick",
        may_step=True,
    )


def lines() -> tuple[TaskLine, ...]:
    """Unfinished first."""
    return (
        replace(line(1, BALLOON, "QM261102A", date(2028, 11, 1), 37, 50), is_current=True),
        line(2, "药物洗脱冠脉支架系统 3.0×18 mm", "QZ261018", date(2027, 10, 17), 0, 40),
        replace(line(3, "可吸收止血流体明胶 6 ml", "MJ2610-3", None, 0, 40), is_cold=True, note="先测温再收货"),
        line(4, "一次性使用造影导管 5F", "ZY261025", date(2029, 10, 24), 30, 30),
        line(5, "冠脉微导丝 0.014 in×190 cm", "WD260930", date(2029, 9, 29), 20, 20),
    )


def words(text: str) -> Said:
    """A sentence of a card, as it stands."""
    return said(Message(text))


def record(number: int, second: int, what: str, added: int, counted: int, headline: str = "已收") -> TaskRecord:
    """A row of the book at 10:18."""
    moment = at(11, 23, 10, 18).replace(second=second)
    verdict = Verdict.OK if added else Verdict.STOP
    return TaskRecord(
        id=UUID(int=number),
        at=moment,
        kind=RecordKind.SCAN,
        verdict=verdict,
        what=what,
        added=Decimal(added),
        counted=Decimal(counted),
        headline=words(headline),
    )


def standing() -> TaskStanding:
    """87 of 180 received."""
    return TaskStanding(
        task=ScanTask.RECEIVE,
        document_id=DOCUMENT,
        number="SH-202611-0054",
        party="苏州启明介入",
        version=9,
        state="draft",
        steps=(
            TaskStep(label="A-02-03 待验区", standing="done"),
            TaskStep(label="扫货品", standing="now"),
            TaskStep(label="核对确认", standing="later"),
        ),
        lines=lines(),
        records=(
            record(5, 42, f"{BALLOON} QM261102A · 0000417", 1, 37),
            record(4, 39, f"{BALLOON} QM261102A · 0000416", 1, 36),
            record(3, 31, f"{BALLOON} QM260918C · 0000093", 0, 35, "批号不符，未收"),
            record(2, 26, f"{BALLOON} QM261102A · 0000415", 1, 35),
            record(1, 5, "冠脉微导丝 0.014 in×190 cm WD260930 · 箱码 20", 20, 20),
        ),
        scans=88,
        stops=1,
        finish_label="完成收货",
        finish_step="receive",
        hint="扫描 UDI / 箱码 / 库位码",
    )


def taken(verdict: Verdict = Verdict.OK) -> ScanCard:
    """One more unit; or the same with less life left than agreed."""
    card = ScanCard(
        verdict=verdict,
        headline=words("已收 +1"),
        item_name=BALLOON,
        item_detail="IM-30215 · 国械注准20233030618",
        zone="pending_inspection",
        facts=(
            CardFact(label=words("批号"), value="QM261102A", ai="(10)"),
            CardFact(label=words("有效期"), value="2028-11-01", ai="(17)", note=words("余 709 天")),
            CardFact(label=words("生产日期"), value="2026-11-02", ai="(11)"),
            CardFact(label=words("序列号"), value="0000417", ai="(21)"),
        ),
    )
    short = "余 709 天，低于约定的 730 天。已计入，请告知采购员。"
    return card if verdict == Verdict.OK else replace(card, headline=words("已收 +1，效期偏短"), sentence=words(short))


def stopped() -> ScanCard:
    """The wrong lot mixed in."""
    return ScanCard(
        verdict=Verdict.STOP,
        headline=words("批号不在到货通知内"),
        sentence=words("通知批号 QM261102A · 实扫 QM260918C"),
        code="lot_on_notice",
        item_name=BALLOON,
        facts=(
            CardFact(label=words("批号"), value="QM260918C", ai="(10)", is_wrong=True),
            CardFact(label=words("有效期"), value="2028-09-17", ai="(17)"),
        ),
    )


def receiving(card: ScanCard | None, *, is_held: bool = False) -> TaskPage:
    """The task page with what was scanned last."""
    shown = card_part(card, UUID(int=3) if is_held else None) if card else None
    return task_page(standing(), shown, key="sample", record_url=f"{BASE}/document")


def untouched() -> TaskPage:
    """Before the first scan of a receipt without a notice."""
    bare = replace(standing(), lines=(), records=(), scans=0, stops=0)
    return task_page(bare, None, key="sample", record_url=f"{BASE}/document")


def unfinished() -> UnfinishedPage:
    """Ending with lines left."""
    return unfinished_page(receiving(None), step_url=f"{BASE}/action")


def hub(*, is_empty: bool = False) -> HubPage:
    """The morning of a keeper; or somebody whose post scans nothing."""
    receipts = tuple(
        HubDocument(document_id=UUID(int=number), number=f"SH-202611-00{number}", about=about, lines=count)
        for number, about, count in ((54, "苏州启明介入", 5), (55, "常州天宁手术器械厂", 12))
    )
    tiles = (
        HubTile(task=ScanTask.RECEIVE, waiting=2, documents=receipts),
        HubTile(task=ScanTask.PUT_AWAY, waiting=0),
        HubTile(task=ScanTask.MOVE, waiting=0),
        HubTile(task=ScanTask.PICK, waiting=1, documents=(
            HubDocument(document_id=UUID(int=42), number="XSCK-202611-0042", about="仁济医院", lines=3),
        )),
    )  # fmt: skip
    return hub_page(() if is_empty else tiles, key="sample")
