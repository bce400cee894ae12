"""What opening, writing, concluding and releasing an acceptance inspection does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.inspection.models import AcceptanceInspection, AcceptanceInspectionLine
from meridian.inspection.queries import AcceptanceFacts
from meridian.inventory.services import Move, post_movements
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.kernel.declare import DocumentType, RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.opening import open_document
from meridian.kernel.sql import Expression, array_text, fetch
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work
from meridian.parties.queries import PartyVerdict, supplier_verdicts


@dataclass(frozen=True)
class ArrivedLine:
    """One lot that arrived, in its item's base unit; `udi` is the barcode as it was scanned."""

    item_id: UUID
    lot_id: UUID
    place_id: UUID
    quantity: Decimal
    udi: str


@dataclass(frozen=True)
class Arrived:
    """A delivery to inspect. Who bought and who received it is copied here: quality cannot look above itself."""

    delivery_note_number: str
    supplier: PartyVerdict
    purchased_on: date | None
    bought_by_id: UUID | None
    bought_by_name: str
    received_by_id: UUID
    received_by_name: str
    warehouse_id: UUID | None
    lines: Sequence[ArrivedLine]


_LINES = """lines AS (
  INSERT INTO inspection_acceptance_line (
    id, company_id, document_id, line_no, item_id, lot_id, place_id, udi, quantity, device_name, model, specification,
    registration_no, registrant_name, contract_manufacturer_name, production_license_no, lot_no, serial_no,
    manufactured_on, expires_on, unit, accepted_quantity, rejected_quantity, appearance, package, label, certificate,
    conclusion, nonconformity, disposition)
  SELECT u.id, {company}, {document}, u.line_no, u.item_id, u.lot_id, u.place_id, u.udi, u.quantity,
         i.device_name, i.model, i.specification, coalesce(c.registration_no, ''),
         coalesce(nullif(i.registrant_name, ''), c.registrant_name, ''), i.contract_manufacturer_name,
         i.production_license_no, t.lot_no, t.serial_no, t.manufactured_on, t.expires_on, i.base_unit,
         0, 0, '', '', '', '', '', '', ''
  FROM unnest({ids}::uuid[], {items}::uuid[], {lots}::uuid[], {places}::uuid[], {udis}::text[], {quantities}::numeric[])
       WITH ORDINALITY AS u(id, item_id, lot_id, place_id, udi, quantity, line_no)
  CROSS JOIN LATERAL (SELECT * FROM inventory_lot x WHERE x.id = u.lot_id AND x.company_id = {company} LIMIT 1) t
  CROSS JOIN LATERAL (SELECT * FROM items_item x WHERE x.id = u.item_id AND x.company_id = {company} LIMIT 1) i
  LEFT JOIN LATERAL (
    SELECT x.registration_no, x.registrant_name FROM items_registration_certificate x
    WHERE x.id = coalesce(t.registration_id, i.registration_id) AND x.company_id = {company} LIMIT 1
  ) c ON true
  RETURNING 1)"""


def open_acceptance(
    work: Work[Any, Any], declared: type[DocumentType[AcceptanceInspection, AcceptanceFacts]], arrived: Arrived
) -> None:
    """Opens the acceptance inspection of what arrived with the document at work; one statement.

    It waits for the inspector with the words of the supplier's and the items' files as they stand now.
    """
    supplier, lines, key = arrived.supplier, arrived.lines, uuid7()
    header = {
        "receipt_id": work.document.pk,
        "receipt_number": work.document.number,
        "delivery_note_number": arrived.delivery_note_number,
        "supplier_id": supplier.id,
        **_words_of(supplier),
        "supplier_contact": Expression(_STORED_PHONE, (supplier.id,)),
        "purchased_on": arrived.purchased_on,
        "bought_by_id": arrived.bought_by_id,
        "bought_by_name": arrived.bought_by_name,
        "received_by_id": arrived.received_by_id,
        "received_by_name": arrived.received_by_name,
        "warehouse_id": arrived.warehouse_id,
        "inspector_name": "",
        "released_by_name": "",
    }
    columns = {
        "company": work.document.company_id,
        "document": key,
        "ids": array_text([uuid7() for _line in lines]),
        "items": array_text([line.item_id for line in lines]),
        "lots": array_text([line.lot_id for line in lines]),
        "places": array_text([line.place_id for line in lines]),
        "udis": array_text([line.udi for line in lines]),
        "quantities": array_text([line.quantity for line in lines]),
    }
    open_document(work, declared, key, header, _LINES, columns)


_STORED_PHONE = "(SELECT s.phone FROM parties_supplier s WHERE s.id = {})"
"""Personal data is copied as it is stored, under the key of the same supplier."""


def _words_of(supplier: PartyVerdict) -> dict[str, str]:
    """What the record says about the supplier (GSP Art 65)."""
    return {"supplier_name": supplier.name, "supplier_address": supplier.address}


_ITEM_WORDS = """
SELECT l.id, i.device_name, i.model, i.specification, coalesce(c.registration_no, ''),
       coalesce(nullif(i.registrant_name, ''), c.registrant_name, ''), i.contract_manufacturer_name,
       i.production_license_no
FROM inspection_acceptance_line l
JOIN items_item i ON i.id = l.item_id AND i.company_id = l.company_id
JOIN inventory_lot t ON t.id = l.lot_id AND t.company_id = l.company_id
LEFT JOIN items_registration_certificate c
  ON c.id = coalesce(t.registration_id, i.registration_id) AND c.company_id = l.company_id
WHERE l.document_id = %s AND l.company_id = %s
"""
_WORDS = (
    "device_name", "model", "specification", "registration_no", "registrant_name", "contract_manufacturer_name",
    "production_license_no",
)  # fmt: skip


def prepare_acceptance(draft: Draft) -> None:
    """Whoever saves is the inspector; the words of the supplier's and the items' files are taken as they stand now.

    The lines stay those of the receipt.
    Raises Refused 422 `field_invalid` when a line is missing or new.
    """
    document: Any = draft.document
    if draft.is_new:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("验收单由收货过账生成，不能手工新建。"))
    supplier = supplier_verdicts([document.supplier_id], frozenset())[document.supplier_id]
    draft.header.update(_words_of(supplier), supplier_contact=supplier.phone)
    draft.header.update(inspector_id=draft.actor.user_id, inspector_name=draft.actor.name)
    words = {row[0]: row[1:] for row in fetch(_ITEM_WORDS, [document.pk, document.company_id])}
    if draft.lines is None:
        draft.lines = [{"id": key} for key in _in_order(document.pk)]
    if {line.get("id") for line in draft.lines} != words.keys() or len(draft.lines) != len(words):
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("验收行来自收货单，不能增加或删除。"),
                      field_name="lines")  # fmt: skip
    for line in draft.lines:
        line.update(zip(_WORDS, words[line["id"]], strict=True))


def _in_order(document_id: UUID) -> Sequence[UUID]:
    rows = AcceptanceInspectionLine.objects.filter(document_id=document_id).order_by("line_no")
    return list(rows.values_list("pk", flat=True))


def conclude_inspection(work: Work[AcceptanceInspection, AcceptanceFacts]) -> None:
    """What was rejected goes to the red zone; what was accepted waits for release where it stands."""
    facts, actor = work.facts, work.actor
    red = {line.line_id: facts.nonconforming_place_id for line in facts.lines}
    _move(work, MovementType.REJECT, red, StockStatus.NONCONFORMING,
          {line.line_id: line.rejected_quantity for line in facts.lines}, f"验收不合格 {facts.number}")  # fmt: skip
    work.set(inspector_id=actor.user_id, inspector_name=actor.name, accepted_at=work.moment.instant)


def release_goods(work: Work[AcceptanceInspection, AcceptanceFacts]) -> None:
    """What was accepted stands in a green zone fit for it, as qualified: from now on it may be picked."""
    facts, actor = work.facts, work.actor
    _move(work, MovementType.ACCEPT, facts.release_places, StockStatus.QUALIFIED,
          {line.line_id: line.accepted_quantity for line in facts.lines}, f"验收放行 {facts.number}")  # fmt: skip
    work.set(released_by_id=actor.user_id, released_by_name=actor.name, released_at=work.moment.instant)


def _move(
    work: Work[AcceptanceInspection, AcceptanceFacts],
    movement: MovementType,
    places: Mapping[UUID, UUID | None],
    status: StockStatus,
    quantities: Mapping[UUID, Decimal],
    summary: str,
) -> None:
    moves = [
        Move(
            movement=movement,
            item_id=line.item.id,
            lot_id=line.lot.id,
            quantity=quantities[line.line_id],
            unit=line.item.base_unit,
            from_place_id=line.place_id,
            from_status=StockStatus.PENDING_INSPECTION,
            to_place_id=places[line.line_id],
            to_status=status,
            line_id=line.line_id,
        )
        for line in work.facts.lines
        if quantities[line.line_id] > 0
    ]
    if moves:
        post_movements(work, moves=moves, summary=summary)


def retention_anchors(facts: AcceptanceFacts) -> RetentionAnchors:
    """The purchase-check record is kept two years past the last expiry, for implants for ever (R1, GSP Art 23)."""
    return RetentionAnchors(
        base_day=facts.site_day,
        expiry_days=[line.expires_on for line in facts.lines if line.expires_on is not None],
        some_without_expiry=any(line.expires_on is None for line in facts.lines),
        permanent=any(line.item.is_implantable for line in facts.lines),
    )
