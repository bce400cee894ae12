"""What the server tells a scanner: the card of one scan, and how the whole task stands. Plain frozen data.

The page draws these and decides nothing; the API answers them as they are. Quantities are base units of the item.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from meridian.kernel.findings import Refused
from meridian.kernel.messages import Text
from meridian.scanning.vocabulary import RecordKind, ScanTask, Verdict
from meridian.scanning.words import NOTHING, Said


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One scan as it arrived: its raw text, the device's name for it (idempotency key), its clock."""

    text: str
    key: str = ""
    captured_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CardFact:
    """One element of the barcode as the card shows it: `(17) 有效期 · 余 709 天 | 2028-11-01`."""

    label: Said
    value: str
    ai: str = ""
    """The application identifier with its brackets, or empty where the agency has none."""
    note: Said = NOTHING
    is_wrong: bool = False
    """The element that made the scan a stop."""


@dataclass(frozen=True, kw_only=True)
class ScanCard:
    """The result card: the verdict in words, what was scanned, what the barcode says."""

    verdict: Verdict
    headline: Said
    """`已收 +1`, or why it did not count."""
    sentence: Said = NOTHING
    """What differs, with both values: `通知批号 … · 实扫 …`; and what to do."""
    code: str = ""
    """The refusal's token."""
    item_name: str = ""
    item_detail: str = ""
    """Item number and registration number."""
    zone: str = ""
    """Stock status that the goods have now or get: a value of `inventory.vocabulary.StockStatus`, or empty."""
    facts: tuple[CardFact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TaskStep:
    """One chip above the field."""

    label: Text
    standing: str
    """`done`, `now` or `later`."""


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """One line of work. `wanted` is None where nothing is expected; `line_id` is None before the first scan of it."""

    key: str
    line_id: UUID | None
    item_name: str
    lot: str = ""
    expires_on: date | None = None
    place: str = ""
    note: Text = ""
    done: Decimal = Decimal(0)
    wanted: Decimal | None = None
    unit: str = ""
    """A value of `items.vocabulary.Unit`."""
    is_cold: bool = False
    is_current: bool = False
    may_step: bool = False
    """Whether its quantity may be changed by the stepper (never for units with serial numbers)."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.wanted is not None and self.done >= self.wanted


@dataclass(frozen=True, kw_only=True)
class TaskRecord:
    """One row of the scan book as the page lists it."""

    id: UUID
    at: datetime
    kind: RecordKind
    verdict: Verdict
    what: str
    added: Decimal
    counted: Decimal
    headline: Said
    is_taken_back: bool = False
    is_open_stop: bool = False
    """A stop that nobody has scanned again or set aside yet."""


@dataclass(frozen=True, kw_only=True)
class TaskStanding:
    """How the task stands: unfinished lines first, the current one marked; the latest records first (at most 50)."""

    task: ScanTask
    document_id: UUID
    number: str
    party: str
    version: int
    state: str = ""
    steps: tuple[TaskStep, ...]
    lines: tuple[TaskLine, ...]
    records: tuple[TaskRecord, ...] = ()
    scans: int = 0
    stops: int = 0
    set_aside: int = 0
    finish_label: Text = ""
    """The transition that ends the task, in words."""
    finish_step: str = ""
    """Its name: the derived action page of the record carries it out, with its gates and its signature."""
    hint: Text = ""
    """What the field asks for now: `扫描 UDI / 箱码 / 库位码`."""

    @property
    def done(self) -> Decimal:
        """Base units counted over all lines."""
        return sum((line.done for line in self.lines), Decimal(0))

    @property
    def wanted(self) -> Decimal | None:
        """Base units expected over all lines; None where a line expects nothing in particular."""
        each = [line.wanted for line in self.lines]
        return None if None in each or not each else sum((value for value in each if value is not None), Decimal(0))

    @property
    def finished_lines(self) -> int:
        """Lines of which nothing is left to do."""
        return sum(line.is_complete for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class ScannedLine:
    """The line a scan went to, as the API tells it: all text, quantities in base units of the item."""

    line_no: str
    item_number: str
    device_name: str
    lot_no: str
    serial_no: str
    added: str
    quantity: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class ScanAnswer:
    """What one scan or correction came to. `refused` is the recorded refusal behind a stop; an API raises it."""

    card: ScanCard
    record_id: UUID
    standing: TaskStanding
    line_id: UUID | None = None
    line: ScannedLine | None = None
    added: Decimal = Decimal(0)
    replayed: bool = False
    refused: Refused | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class HubTile:
    """One task on the hub: how many documents wait for it that this person may work on, and the latest of them."""

    task: ScanTask
    waiting: int
    documents: tuple["HubDocument", ...] = ()


@dataclass(frozen=True, kw_only=True)
class HubDocument:
    """A document that waits for a scanner."""

    document_id: UUID
    number: str
    about: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class StockThere:
    """A quantity that lies at a place, in base units; the lot is named where the answer is about a place."""

    place_id: UUID
    place: str
    status: str
    """A value of `inventory.vocabulary.StockStatus`."""
    quantity: Decimal
    unit: str
    lot_id: UUID
    lot: str
    item_name: str


@dataclass(frozen=True, kw_only=True)
class LotMoved:
    """One of the last movements of a lot; `day` is its value date at the site."""

    movement: Text
    document_type: str
    document_id: UUID
    document_number: str
    quantity: Decimal
    origin: str
    target: str
    day: date


@dataclass(frozen=True, kw_only=True)
class LotChoice:
    """One of several lots that a text means."""

    lot_id: UUID
    lot: str
    item_name: str
    expires_on: date | None


@dataclass(frozen=True, kw_only=True)
class LotCard:
    """Everything known about what was scanned in 查询: a lot, a place, a document, several lots, or nothing.

    Stock and movements are those of the places the reader may see. Of the groups of fields one is filled: `lot_id`
    with what follows it; `choices`; `place_id` with `stock`; `document_id` with its task; else `problem` says why.
    """

    text: str
    problem: Text = ""
    lot_id: UUID | None = None
    lot: str = ""
    item_id: UUID | None = None
    item_name: str = ""
    item_detail: str = ""
    maker: str = ""
    unit: str = ""
    manufactured_on: date | None = None
    expires_on: date | None = None
    days_left: int | None = None
    """Days from today at the site to the expiry day; negative when expired."""
    blocks: tuple[Text, ...] = ()
    stock: tuple[StockThere, ...] = ()
    moves: tuple[LotMoved, ...] = ()
    choices: tuple[LotChoice, ...] = ()
    place_id: UUID | None = None
    place: str = ""
    document_id: UUID | None = None
    document_type: str = ""
    document_number: str = ""
    task: ScanTask | None = None
    """The task that the document waits for; None when nothing is to be scanned into it now."""
