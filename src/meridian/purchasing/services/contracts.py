"""What drafting a contract completes, and the count of what orders called off."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.sql import array_text, run
from meridian.purchasing.amounts import amount_of
from meridian.purchasing.models import PurchaseContract, PurchaseContractLine
from meridian.purchasing.queries.contracts import ContractFacts


def prepare_contract(draft: Draft) -> None:
    """Completes a draft: amounts, and all of each line still to be called off.

    Raises Refused 422 `field_invalid` for a contract that ends before it begins.
    """
    header, stored = draft.header, cast("PurchaseContract", draft.document)
    begins: date = header.get("valid_from", stored.valid_from)
    ends: date = header.get("valid_until", stored.valid_until)
    if ends < begins:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("有效期至 {ends} 早于生效日期 {begins}。", ends=ends, begins=begins),
                      field_name="valid_until")  # fmt: skip
    if draft.lines is None:
        return
    kept = {} if draft.is_new else _kept(stored.pk)
    for line in draft.lines:
        quantity, price = kept.get(line.get("id"), (Decimal(0), Decimal(0)))
        line["remaining"] = line.get("quantity", quantity)
        line["amount"] = amount_of(line["remaining"], line.get("unit_price", price))
    header["amount"] = sum((line["amount"] for line in draft.lines), Decimal(0))


def _kept(contract_id: UUID) -> Mapping[Any, tuple[Decimal, Decimal]]:
    rows = PurchaseContractLine.objects.filter(document_id=contract_id)
    return {key: (quantity, price) for key, quantity, price in rows.values_list("pk", "quantity", "unit_price")}


_CALL = """
UPDATE purchasing_contract_line l SET called = l.called + u.quantity, remaining = l.quantity - l.called - u.quantity
FROM (SELECT id, sum(quantity) AS quantity FROM unnest(%s::uuid[], %s::numeric[]) AS given(id, quantity) GROUP BY id) u
WHERE l.id = u.id AND l.company_id = %s
"""


def call_off(quantities: Sequence[tuple[UUID, Decimal]]) -> None:
    """So much of these contract lines is ordered; one statement, under the lock of the gates."""
    if quantities:
        ids, amounts = zip(*sorted(quantities), strict=True)
        run(_CALL, [array_text(ids), array_text(amounts), current_company_id()])


def contract_anchors(facts: ContractFacts) -> RetentionAnchors:
    """A contract is kept five years from its last day (R1)."""
    return RetentionAnchors(base_day=max(facts.valid_until, facts.signed_on))
