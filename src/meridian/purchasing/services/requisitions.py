"""What drafting a requisition does."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.kernel.clock import now
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.organization.queries import zone_of_site
from meridian.purchasing.amounts import LARGEST_AMOUNT, amount_of
from meridian.purchasing.models import RequisitionLine
from meridian.purchasing.queries.requisitions import RequisitionFacts


def prepare_requisition(draft: Draft) -> None:
    """Completes a draft: estimated amounts of lines and of the whole.

    Raises Refused 422 `field_invalid` for goods needed in the past and for more money than can be kept.
    """
    header, stored = draft.header, draft.document
    needed_on = header.get("needed_on")
    today = now().astimezone(zone_of_site(stored.site_id)).date()
    if needed_on is not None and needed_on < today:
        raise _invalid("needed_on", message("需用日期 {day} 已经过去。", day=needed_on))
    if draft.lines is None:
        return
    kept = {} if draft.is_new else _kept(stored.pk)
    for line in draft.lines:
        quantity, price = kept.get(line.get("id"), (Decimal(0), Decimal(0)))
        line["amount"] = amount_of(line.get("quantity", quantity), line.get("estimated_price", price))
    header["amount"] = sum((line["amount"] for line in draft.lines), Decimal(0))
    if header["amount"] >= LARGEST_AMOUNT:
        raise _invalid("lines", message("金额超出可记录的范围。"))


def _kept(requisition_id: UUID) -> Mapping[Any, tuple[Decimal, Decimal]]:
    rows = RequisitionLine.objects.filter(document_id=requisition_id)
    return {key: (quantity, price) for key, quantity, price in rows.values_list("pk", "quantity", "estimated_price")}


def _invalid(field: str, evidence: Any) -> Exception:
    return refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name=field)


def retention_anchors(facts: RequisitionFacts) -> RetentionAnchors:
    """A requisition is kept five years from the day the goods were needed (R1)."""
    day: date = facts.needed_on
    return RetentionAnchors(base_day=day)
