"""What the warehouse adds to the API by hand: barcodes into a draft receipt."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from meridian.accounts.session import actor_of
from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.draft_input import checked_header
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.platform.endpoints.payload import idempotency_key, sent_body
from meridian.platform.endpoints.schemas import REFUSALS, OutcomeBody
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.scans import scan_into_receipt


class ScanBody(Schema):
    """One barcode in any GS1 form: bracketed, raw (FNC1 as 0x1D or `^`), AIM-prefixed or Digital Link."""

    scan: str = Field(max_length=SCAN_LENGTH_MAX)


class ScannedLine(Schema):
    """The line a scan went to. `added` and `quantity` are base units of the item, as text."""

    line_no: str
    item_number: str
    device_name: str
    lot_no: str
    serial_no: str
    added: str
    quantity: str
    unit: str


class ScanOutcome(OutcomeBody):
    """The receipt after the scan."""

    scan: ScannedLine


def mount(router: Router) -> None:
    """Mounts the operations of this module."""
    keyed = {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "maxLength": 120},
    }
    router.add_api_operation(
        "/warehouse/goods-receipts/{document_id}/scans", ["POST"], scan, response={200: ScanOutcome, **REFUSALS},
        operation_id="scan_goods_receipt", tags=["warehouse"], summary="Receive by scan",
        description="Adds what one barcode stands for to a draft receipt; a repeated barcode counts its line up.",
        openapi_extra={"parameters": [keyed]},
    )  # fmt: skip


def scan(request: HttpRequest, document_id: UUID, payload: ScanBody) -> Status[Any]:
    """Counts a barcode in; the same key answers the first success again."""
    for name in sent_body(request):
        if name != "scan":
            checked_header(GoodsReceiptDocument, {name: None}, is_new=False)
            raise refusal("field_unknown", HTTPStatus.UNPROCESSABLE_ENTITY, message("没有可填写的字段 {field}。",
                          field=name[:80]), field_name=name[:80])  # fmt: skip
    outcome = scan_into_receipt(document_id, payload.scan, actor=actor_of(request), key=idempotency_key(request))
    return Status(HTTPStatus.OK, {**outcome.as_data(), "replayed": outcome.replayed, "scan": dict(outcome.extra)})
