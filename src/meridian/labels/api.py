"""Labels over the API: one request that answers with the file, written down as any other print."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from meridian.accounts.session import actor_of
from meridian.kernel.draft_input import checked_header
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.labels.answering import file_response
from meridian.labels.documents import LabelJobDocument
from meridian.labels.printing import LabelOrder, print_order
from meridian.labels.vocabulary import (
    LABELS_MAX,
    LINES_MAX,
    FileFormat,
    LabelKind,
    LabelSize,
    Resolution,
    SymbolKind,
)
from meridian.platform.endpoints.payload import idempotency_key, sent_body
from meridian.platform.endpoints.schemas import REFUSALS


class LabelBody(Schema):
    """One thing and how many labels of it."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    copies: int = Field(1, ge=1, le=LABELS_MAX, strict=True)


class PrintBody(Schema):
    """What to print. `labels` are lots, places or documents by `kind`; `receipt_id` says for which receipt's goods.

    `reason` is asked for when one of them was labelled before.
    """

    kind: LabelKind
    labels: list[LabelBody] = Field(min_length=1, max_length=LINES_MAX)
    receipt_id: UUID | None = None
    document_type: str = Field("", max_length=48, description="Of document labels: the code of their type.")
    size: LabelSize = LabelSize.MEDIUM
    resolution: Resolution = Resolution.DPI_203
    symbol: SymbolKind = SymbolKind.DATA_MATRIX
    file_format: FileFormat = FileFormat.PDF
    reason: str = Field("", max_length=200)


def mount(router: Router) -> None:
    """Mounts the operation of this module."""
    keyed = {"in": "header", "name": "Idempotency-Key", "required": False,
             "schema": {"type": "string", "maxLength": 120}}  # fmt: skip
    router.add_api_operation(
        "/labels/print", ["POST"], print_labels, response={200: None, **REFUSALS}, operation_id="print_labels",
        tags=["labels"], summary="Print labels",
        description="Answers with the PDF or ZPL file; the print is recorded. `Location` is its record.",
        openapi_extra={"parameters": [keyed]},
    )  # fmt: skip


def print_labels(request: HttpRequest, payload: PrintBody) -> HttpResponse:
    """The file of a new print; the same key answers the first success again for ten minutes."""
    for name in sent_body(request):
        if name not in PrintBody.model_fields:
            checked_header(LabelJobDocument, {name: None}, is_new=False)
            raise refusal("field_unknown", HTTPStatus.UNPROCESSABLE_ENTITY,
                          message("没有可填写的字段 {field}。", field=name[:80]), field_name=name[:80])  # fmt: skip
    order = LabelOrder(
        kind=payload.kind,
        subjects={each.id: each.copies for each in payload.labels},
        size=payload.size,
        resolution=payload.resolution,
        symbol=payload.symbol,
        file_format=payload.file_format,
        reason=payload.reason.strip(),
        receipt_id=payload.receipt_id,
        document_type=payload.document_type,
    )
    if len(order.subjects) < len(payload.labels):
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("同一对象在一次打印中只能出现一次，请合并张数。"), field_name="labels")  # fmt: skip
    return file_response(print_order(order, actor=actor_of(request), key=idempotency_key(request)))
