"""What the warehouse adds to the API by hand: the logger's file of a cold delivery, read."""

from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict

from meridian.accounts.session import actor_of
from meridian.kernel.permission import grants_of
from meridian.platform.endpoints.payload import idempotency_key
from meridian.platform.endpoints.presenting import find
from meridian.platform.endpoints.schemas import REFUSALS
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.logger_file import minutes
from meridian.warehouse.queries.transit import transit_logs_of
from meridian.warehouse.transit import read_transit_log


class ReadBody(Schema):
    """Which attachment of the receipt is the logger's file."""

    model_config = ConfigDict(extra="forbid")
    attachment_id: UUID


class ReadAnswer(Schema):
    """The key of the reading."""

    id: UUID


class TransitLogBody(Schema):
    """What a logger's file says of the way from departure to arrival: degrees Celsius, instants in UTC."""

    id: UUID
    attachment_id: UUID
    file_name: str
    sha256: str
    departed_at: datetime
    arrived_at: datetime
    first_at: datetime | None
    last_at: datetime | None
    readings: int
    lowest: Decimal | None
    lowest_at: datetime | None
    highest: Decimal | None
    highest_at: datetime | None
    longest_gap_seconds: int | None
    gap_from: datetime | None
    gaps: int
    mean_kinetic: Decimal | None
    minutes_outside: Decimal | None
    low_limit: Decimal | None
    high_limit: Decimal | None
    out_of_range: int
    at: datetime
    read_by_name: str


COMPUTED = ("longest_gap_seconds", "minutes_outside")
KEYED = {"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 120}}
PATH = "/warehouse/goods-receipts/{document_id}/transit-logs"


def mount(router: Router) -> None:
    """Mounts the operations of this module."""
    router.add_api_operation(
        PATH, ["GET"], list_transit_logs, response={200: list[TransitLogBody], **REFUSALS},
        operation_id="list_transit_logs", tags=["warehouse"], summary="What logger files said, the latest first",
    )  # fmt: skip
    router.add_api_operation(
        PATH, ["POST"], read_log, response={201: ReadAnswer, **REFUSALS}, operation_id="read_transit_log",
        tags=["warehouse"], summary="Read an attached logger file", openapi_extra={"parameters": [KEYED]},
    )  # fmt: skip


def list_transit_logs(request: HttpRequest, document_id: UUID) -> Any:
    """Every reading of a receipt."""
    find(GoodsReceiptDocument, grants_of(actor_of(request)), document_id)
    return [
        {**{name: getattr(row, name) for name in TransitLogBody.model_fields if name not in COMPUTED},
         "minutes_outside": None if row.time_outside is None else minutes(row.time_outside),
         "longest_gap_seconds": None if row.longest_gap is None else round(row.longest_gap.total_seconds())}
        for row in transit_logs_of(document_id)
    ]  # fmt: skip


def read_log(request: HttpRequest, document_id: UUID, payload: ReadBody) -> Status[Any]:
    """Reads one attachment; the same key answers the first reading again."""
    actor = actor_of(request)
    kept = read_transit_log(document_id, payload.attachment_id, actor=actor, key=idempotency_key(request))
    return Status(HTTPStatus.CREATED, {"id": kept})
