"""What drafting, releasing and closing a purchase order does: what is expected is written where receipts find it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from meridian.inventory.services import Expected, expect, stop_expecting
from meridian.inventory.vocabulary import Expectation
from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.sql import run
from meridian.kernel.work import Work
from meridian.parties.queries import supplier_verdicts
from meridian.purchasing.amounts import LARGEST_AMOUNT, amount_of
from meridian.purchasing.models import PurchaseContract, PurchaseOrder, PurchaseOrderLine
from meridian.purchasing.queries.contracts import lines_of_contract
from meridian.purchasing.queries.orders import PurchaseOrderFacts, left_of_order
from meridian.purchasing.services.contracts import call_off
from meridian.purchasing.services.counting import count_ordered

_UNREAD: frozenset[Any] = frozenset()


def prepare_purchase_order(draft: Draft) -> None:
    """Completes a draft: the supplier's name, the words of each item's file, amounts of lines and of the order.

    Raises Refused 422 `field_invalid` when goods are promised before they are ordered or cost more than can be kept.
    """
    header = draft.header
    stored: Any = draft.document
    ordered_on: date = header.get("ordered_on", stored.ordered_on)
    promised_on: date = header.get("promised_on", stored.promised_on)
    if promised_on < ordered_on:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("约定到货日期 {promised} 早于购货日期 {ordered}。", promised=promised_on,
                              ordered=ordered_on),
                      field_name="promised_on")  # fmt: skip
    if "supplier_id" in header:
        header["supplier_name"] = supplier_verdicts([header["supplier_id"]], _UNREAD)[header["supplier_id"]].name
    if draft.lines is None and not draft.is_new and {"contract_id", "supplier_id"} & header.keys():
        draft.lines = [{"id": key} for key in _stored_lines(draft)]
    if draft.lines is not None:
        _complete_lines(draft.lines, _stored_lines(draft))
        _put_to_contract(draft.lines, _contract_of(draft))
        header["amount"] = sum((line["amount"] for line in draft.lines), Decimal(0))
        if header["amount"] >= LARGEST_AMOUNT:
            raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("金额超出可记录的范围。"),
                          field_name="lines")  # fmt: skip


def _contract_of(draft: Draft) -> UUID | None:
    """The contract the order calls off; it is the supplier's own. Raises Refused 422 `field_invalid` otherwise."""
    stored = cast("PurchaseOrder", draft.document)
    contract_id: UUID | None = draft.header.get("contract_id", stored.contract_id)
    supplier_id: UUID = draft.header.get("supplier_id", stored.supplier_id)
    if (
        contract_id is not None
        and not PurchaseContract.objects.filter(pk=contract_id, supplier_id=supplier_id).exists()
    ):
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("这份合同不是与该供货者签订的。"),
                      field_name="contract")  # fmt: skip
    return contract_id


def _put_to_contract(lines: list[dict[str, Any]], contract_id: UUID | None) -> None:
    """Each line calls off the contract's line of its item; without a contract none."""
    by_item = {line.item_id: line.line_id for line in lines_of_contract(contract_id)} if contract_id else {}
    for line in lines:
        line["contract_line_id"] = by_item.get(line["item_id"]) if "item_id" in line else None


def _stored_lines(draft: Draft) -> Mapping[UUID, PurchaseOrderLine]:
    if draft.is_new:
        return {}
    rows = PurchaseOrderLine.objects.filter(document_id=draft.document.pk).order_by("line_no")
    return {line.pk: line for line in rows}


def _complete_lines(lines: list[dict[str, Any]], stored: Mapping[UUID, PurchaseOrderLine]) -> None:
    for line in lines:
        known = stored.get(line["id"]) if "id" in line else None
        if known is not None:
            for column in ("item_id", "quantity", "unit_price"):
                line.setdefault(column, getattr(known, column))
    complete = [line for line in lines if "item_id" in line]  # a line of another order is refused when it is written
    items = item_verdicts([line["item_id"] for line in complete], _UNREAD)
    for line in lines:
        line["amount"] = Decimal(0)
    for line in complete:
        line["amount"] = amount_of(line["quantity"], line["unit_price"])
        line.update(_words_of(items[line["item_id"]]))


def _words_of(item: ItemVerdict) -> dict[str, str]:
    """What the purchase record says about an item (GSP Art 55, 58)."""
    registration = item.registration
    return {
        "device_name": item.device_name,
        "model": item.model,
        "specification": item.specification,
        "registration_no": registration.registration_no if registration else "",
        "registrant_name": item.registrant_name or (registration.registrant_name if registration else ""),
        "unit": item.base_unit,
    }


_WRITE_WORDS = """
UPDATE purchasing_purchase_order_line l
SET device_name = u.device_name, model = u.model, specification = u.specification,
    registration_no = u.registration_no, registrant_name = u.registrant_name, unit = u.unit
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS u(id, device_name, model, specification, registration_no, registrant_name, unit)
WHERE l.id = u.id AND l.document_id = %s AND l.company_id = %s
  AND (l.device_name, l.model, l.specification, l.registration_no, l.registrant_name, l.unit)
      IS DISTINCT FROM (u.device_name, u.model, u.specification, u.registration_no, u.registrant_name, u.unit)
"""


def commit(work: Work[PurchaseOrder, PurchaseOrderFacts]) -> None:
    """From this day the order counts towards what is bought from its supplier."""
    work.set(committed_on=work.moment.site_day)


def commit_no_more(work: Work[PurchaseOrder, PurchaseOrderFacts]) -> None:
    """The order is a draft again and counts towards nothing."""
    work.set(committed_on=None)


def expect_goods(work: Work[PurchaseOrder, PurchaseOrderFacts]) -> None:
    """The record takes the items' words as they stand now; every line becomes a supply for the promised day."""
    facts = work.facts
    if work.document.committed_on is None:
        commit(work)
    words = [_words_of(line.item) for line in facts.lines]
    columns = [[each[name] for each in words] for name in words[0]]
    ids = [line.line_id for line in facts.lines]
    run(_WRITE_WORDS, [ids, *columns, work.document.pk, work.document.company_id])
    rows = [
        Expected(
            line_id=line.line_id,
            item_id=line.item.id,
            quantity=line.quantity,
            day=facts.promised_on,
            unit_price=line.unit_price,
        )
        for line in facts.lines
    ]
    expect(work, kind=Expectation.SUPPLY, rows=rows, party_id=facts.supplier.id, party_name=facts.supplier.name,
           ordered_on=facts.ordered_on)  # fmt: skip
    call_off([(line.called.line_id, line.quantity) for line in facts.lines if line.called is not None])
    count_ordered([(line.requisition_line_id, line.quantity) for line in facts.lines if line.requisition_line_id])


def expect_no_more(work: Work[PurchaseOrder, PurchaseOrderFacts]) -> None:
    """What has not arrived is no longer expected; its contract and its requisition may be used for it again."""
    left = left_of_order(work.document.pk)
    call_off([(line, -quantity) for _need, line, quantity in left if line is not None])
    count_ordered([(line, -quantity) for line, _contract, quantity in left if line is not None])
    stop_expecting(work)


def retention_anchors(facts: PurchaseOrderFacts) -> RetentionAnchors:
    """A purchase record is kept five years from the promised day, for implants for ever (R1).

    Receipts prolong that by the expiry of what arrived (`reactions.py`).
    """
    return RetentionAnchors(
        base_day=max(facts.ordered_on, facts.promised_on),
        permanent=any(line.item.is_implantable for line in facts.lines),
    )
