"""The stock book over the API: traces, stock, lots."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from meridian.accounts.rights import require_right
from meridian.accounts.session import actor_of
from meridian.inventory.queries import StockFilter, StockRow, lot_facts, stock_rows
from meridian.inventory.queries.genealogy import Sums, TraceAnswer, TracedLot, trace
from meridian.inventory.queries.lookup import Found, FoundLot, find_lots
from meridian.inventory.queries.screens import position_of, position_text
from meridian.inventory.reach import places_in_reach, within
from meridian.inventory.vocabulary import READ_TRACE, Direction, StockStatus
from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.clock import now
from meridian.kernel.findings import refusal, require_storable
from meridian.kernel.messages import message
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import registry
from meridian.kernel.steps import not_found
from meridian.kernel.values.canonical import plain
from meridian.platform.endpoints.schemas import REFUSALS

FIGURES = (
    "received", "produced", "returned", "adjusted_in", "consumed", "shipped", "sent_back", "issued", "sampled",
    "adjusted_out", "scrapped", "lost", "passed_on", "passed_elsewhere", "on_hand", "came_in", "went_out", "loss",
    "difference", "unexplained",
)  # fmt: skip
LOT = ("id", "item_id", "lot_no", "serial_no", "sterilization_lot_no", "maker_name", "manufactured_on", "expires_on",
       "di")  # fmt: skip
STOCK_MAX = 500


class TraceQuery(Schema):
    """What to trace, and which way."""

    lot: str = Field(min_length=1, max_length=SCAN_LENGTH_MAX)
    direction: Direction = Direction.BOTH


class TraceBody(Schema):
    """A trace, or the lots among which the caller must choose (then `trace` is null)."""

    query: str
    choices: list[dict[str, Any]]
    trace: dict[str, Any] | None


class StockQuery(Schema):
    """Stock there is, by item, status and expiry; `after` is the `next` of the page before. `day`: as of its end."""

    item: list[UUID] = Field(default_factory=list, max_length=200)
    place: list[UUID] = Field(default_factory=list, max_length=200)
    status: list[StockStatus] = Field(default_factory=list)
    lot_no: str = Field("", max_length=40, description="The beginning of a lot or serial number.")
    expires_through: date | None = None
    day: date | None = None
    owner: Literal["", "own", "other"] = Field(
        "", description="Whose goods: the company's, or what lies here for others."
    )
    after: str = Field("", max_length=220)
    limit: int = Field(50, ge=1, le=100)


class StockBody(Schema):
    """One page of stock; quantities are text, in the item's base unit."""

    items: list[dict[str, Any]]
    next: str | None


class LotBody(Schema):
    """A lot, what binds it now, and where it lies."""

    lot: dict[str, Any]
    blocks: list[dict[str, Any]]
    stock: list[dict[str, Any]]


def mount(router: Router) -> None:
    """Mounts the operations of this module."""
    router.add_api_operation("/inventory/stock", ["GET"], list_stock, response={200: StockBody, **REFUSALS},
                             operation_id="list_stock", tags=["inventory"], summary="Stock")  # fmt: skip
    router.add_api_operation("/inventory/lots/{lot_id}", ["GET"], read_lot, response={200: LotBody, **REFUSALS},
                             operation_id="read_lot", tags=["inventory"], summary="A lot")  # fmt: skip
    router.add_api_operation(
        "/inventory/trace", ["GET"], trace_lots, response={200: TraceBody, **REFUSALS}, operation_id="trace",
        tags=["inventory"], summary="Trace lots both ways",
        description="`lot`: a lot or serial number, a barcode in any GS1 form, a document number, or the id of a lot. "
                    "Quantities are text, in the item's base unit.",
    )  # fmt: skip


def list_stock(request: HttpRequest, asked: Query[StockQuery]) -> dict[str, Any]:
    """One page of the stock the caller may see."""
    reach = places_in_reach(grants_of(actor_of(request)))
    require_storable({"lot_no": asked.lot_no})
    after = position_of(asked.after) if asked.after else None
    if asked.after and after is None:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("没有这一页。"), field_name="after")
    wanted = StockFilter(
        item_ids=asked.item,
        place_ids=within(reach, asked.place),
        statuses=[status.value for status in asked.status],
        lot_no=asked.lot_no,
        expires_through=asked.expires_through,
        owner=asked.owner,
    )
    rows = stock_rows(wanted, after=after, day=asked.day, limit=asked.limit + 1)
    page = rows[: asked.limit]
    following = position_text(page[-1].position) if len(rows) > asked.limit else None
    return {"items": [_stock(row) for row in page], "next": following}


def _stock(row: StockRow) -> dict[str, Any]:
    described: dict[str, Any] = plain({**asdict(row), "available": row.available})
    return described


def read_lot(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """One lot; 404 for another company's."""
    reach = places_in_reach(grants_of(actor_of(request)))
    facts = lot_facts([lot_id], frozenset()).get(lot_id)
    if facts is None:
        raise not_found()
    named = {name: getattr(facts, name) for name in LOT}
    stock = stock_rows(StockFilter(lot_ids=[lot_id], place_ids=within(reach, ())), limit=STOCK_MAX)
    return {
        "lot": plain(named),
        "blocks": [plain(asdict(block)) for block in facts.blocks],
        "stock": [_stock(row) for row in stock],
    }


def trace_lots(request: HttpRequest, asked: Query[TraceQuery]) -> dict[str, Any]:
    """Where lots came from and went; refuses (404, 422) what means no lot, with the position of a barcode's fault."""
    require_right(grants_of(actor_of(request)), READ_TRACE, everywhere=True)
    found = find_lots(asked.lot, today=now().astimezone(registry.providers.company_zone()).date())
    require_lots(found)
    if found.is_choice:
        return {"query": found.text, "choices": choices(found.lots), "trace": None}
    answer = trace([each.id for each in found.lots], asked.direction)
    return {"query": found.text, "choices": [], "trace": trace_data(answer)}


def require_lots(found: Found) -> None:
    """Refuses a text that means no lot: 404 for an unknown one, 422 for one that cannot be read."""
    if not found.lots:
        unknown = found.code in ("lot_not_found", "di_unknown")
        status = HTTPStatus.NOT_FOUND if unknown else HTTPStatus.UNPROCESSABLE_ENTITY
        raise refusal(found.code, status, found.problem or message("没有找到。"), field_name="lot")


def choices(lots: Sequence[FoundLot]) -> list[dict[str, Any]]:
    """Lots as data, for a choice."""
    return [plain(lot._asdict()) for lot in lots]


def trace_data(answer: TraceAnswer) -> dict[str, Any]:
    """A trace as JSON data."""
    return {
        "direction": answer.direction.value,
        "roots": plain(answer.roots),
        "is_balanced": answer.is_balanced,
        "lots": [_lot(lot) for lot in answer.lots],
        "edges": [plain(edge._asdict()) for edge in answer.edges],
        "customers": [
            plain({"party_id": each.party_id, "name": each.party_name, "lot_id": each.lot_id, "shipped": each.shipped,
                   "returned": each.returned, "net": each.net})
            for each in answer.holdings
        ],
        "in_house": [plain(row._asdict()) for row in answer.in_house],
        "receipts": [plain(flow._asdict()) for flow in answer.receipts],
        "movements": [plain(flow._asdict()) for flow in answer.flows],
    }  # fmt: skip


def _lot(lot: TracedLot) -> dict[str, Any]:
    item = {"id": lot.item_id, "number": lot.item_number, "name": lot.item_name, "specification": lot.specification}
    described: dict[str, Any] = plain({
        "id": lot.id, "item": item, "unit": lot.unit, "lot_no": lot.lot_no, "serial_no": lot.serial_no,
        "sterilization_lot_no": lot.sterilization_lot_no, "maker_name": lot.maker_name,
        "manufactured_on": lot.manufactured_on, "expires_on": lot.expires_on, "blocks": lot.blocks,
        "role": lot.role, "layer": lot.layer, "quantities": figures_of(lot.sums),
    })  # fmt: skip
    return described


def figures_of(sums: Sums) -> dict[str, Any]:
    """All quantities and sum checks of a lot by name."""
    return {name: getattr(sums, name) for name in FIGURES}
