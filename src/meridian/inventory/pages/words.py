"""How the pages of the stock book name and link things: lots, documents, partners, units, statuses."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import BlockKind, Direction, MovementType, StockStatus
from meridian.items.vocabulary import Unit
from meridian.kernel.registry import registry
from meridian.platform.screens import formats
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Badge, Text, Tone

STATUS_TONES: dict[str, Tone] = {
    StockStatus.PENDING_INSPECTION: "warn",
    StockStatus.QUALIFIED: "ok",
    StockStatus.NONCONFORMING: "bad",
    StockStatus.QUALITY_HOLD: "violet",
    StockStatus.RETURNED_PENDING: "warn",
}
"""The colours of GSP Art 40: yellow waits, green is qualified, red is not."""


def as_day(text: str) -> date | None:
    """An ISO day given as text, if it is one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def lot_url(lot_id: UUID) -> str:
    """The page of a lot."""
    return f"/inventory/lots/{lot_id}"


def trace_url(direction: Direction, *, lot_id: UUID | None = None, query: str = "") -> str:
    """The trace of a lot, or of what a text means."""
    asked = {"q": query, "lot": str(lot_id) if lot_id is not None else "", "direction": direction.value}
    return f"/trace?{urlencode({name: value for name, value in asked.items() if value})}"


def document_url(reader: Reader, document_type: str, document_id: UUID) -> str:
    """Where a document stands; empty for types the reader may not read."""
    declared = registry.document_type(document_type)
    return addresses.page_url(declared, document_id) if declared is not None and reader.may_read(declared) else ""


def document_label(document_type: str) -> Text:
    """What a type of document is called."""
    declared = registry.document_type(document_type)
    return declared.label if declared is not None else document_type


def unit_label(unit: str) -> Text:
    """A unit in words."""
    return Unit(unit).label if unit in Unit.values else unit


def status_badge(status: str) -> Badge:
    """A stock status in its colour."""
    label = StockStatus(status).label if status in StockStatus.values else status
    return Badge(label=label, tone=STATUS_TONES.get(status, "neutral"))


def movement_label(movement: str) -> Text:
    """A kind of movement in words."""
    return MovementType(movement).label if movement in MovementType.values else movement


def blocks_label(kinds: Iterable[str]) -> str:
    """The blocks in force, in words."""
    return "、".join(str(BlockKind(kind).label) for kind in kinds)


def amount(quantity: Decimal, unit: str) -> str:
    """A quantity with its unit."""
    return formats.quantity(quantity, str(unit_label(unit)))


def amounts(quantities: Iterable[tuple[Decimal, str]]) -> str:
    """Sums of quantities, one for each unit: pieces and boxes are never added up."""
    sums: dict[str, Decimal] = {}
    for quantity, unit in quantities:
        sums[unit] = sums.get(unit, Decimal(0)) + quantity
    return " + ".join(amount(total, unit) for unit, total in sums.items()) or "0"


def lot_badge(expires_on: date | None, blocks: Iterable[str], on_hand: Decimal, today: date) -> Badge:
    """What may be done with a lot at a glance: blocked, expired, in stock, nothing left."""
    kinds = list(blocks)
    if kinds:
        return Badge(label=blocks_label(kinds), tone="bad")
    if is_expired(expires_on, today):
        return Badge(label=_("已过期"), tone="bad")
    return Badge(label=_("在库"), tone="ok") if on_hand else Badge(label=_("无库存"), tone="neutral")
