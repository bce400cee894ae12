"""Gates of contracts and of the orders that call them off: complete, in force, at the price, within what is left."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from meridian.items.queries import ItemVerdict
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import Message, message
from meridian.organization.vocabulary import Role
from meridian.purchasing.models import PurchaseContractLine
from meridian.purchasing.queries.contracts import CalledLine, ContractFacts
from meridian.purchasing.vocabulary import ContractState

TERM_NAMES = {
    "quality_terms": message("质量责任"), "after_sales_terms": message("售后服务责任"),
    "delivery_terms": message("交货条款"), "payment_terms": message("付款条款"),
    "acceptance_terms": message("验收条款"),
}  # fmt: skip


class CallingLine(Protocol):
    """A line of an order that may call a contract's line off."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def item(self) -> ItemVerdict: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def called(self) -> CalledLine | None: ...


class CallsOff(Protocol):
    """An order; without a contract nothing is asked of its lines."""

    @property
    def contract_id(self) -> UUID | None: ...
    @property
    def ordered_on(self) -> date: ...
    @property
    def lines(self) -> Sequence[CallingLine]: ...


@gate(law="G08", blocks="合同缺质量或售后等条款 · contract lacks a clause", aliases=["CONTRACT_INCOMPLETE"])
def contract_complete(facts: ContractFacts, moment: Moment) -> Sequence[Breach]:
    """Who answers for quality and after sales, delivery, payment and acceptance are all agreed (GSP Art 55, 56)."""
    del moment
    return [
        Breach(message("合同没有约定{term}。", term=name), owner=Role.BUYER)
        for term, name in TERM_NAMES.items()
        if not facts.terms[term].strip()
    ]


def _breach(facts: CallsOff, line: CallingLine, evidence: Message) -> Breach:
    remedy = Remedy(label="打开采购合同", document_type="purchase_contract", document_id=facts.contract_id)
    return Breach(evidence=evidence, subject_id=line.line_id, remedy=remedy, owner=Role.PURCHASING_MANAGER)


LOCKED = (PurchaseContractLine,)


@gate(law="G08", blocks="合同未生效、已到期或没有该产品 · contract not in force or without the product", locks=LOCKED,
      aliases=["CONTRACT_NOT_IN_FORCE"])  # fmt: skip
def contract_in_force(facts: CallsOff, moment: Moment) -> Sequence[Breach]:
    """Every line of a call-off stands in its contract, which is in force on the day, its last day included."""
    if facts.contract_id is None:
        return []
    breaches = []
    for line in facts.lines:
        called = line.called
        if called is None:
            breaches.append(_breach(facts, line, message("合同没有 {item}。", item=line.item.number)))
        elif called.state != ContractState.IN_FORCE:
            breaches.append(_breach(facts, line, message("合同 {number} 未生效或已终止。", number=called.number)))
        elif not called.valid_from <= moment.site_day <= called.valid_until:
            evidence = message("合同 {number} 有效期 {begins} 至 {ends}，今日不在其中。", number=called.number,
                               begins=called.valid_from, ends=called.valid_until)  # fmt: skip
            breaches.append(_breach(facts, line, evidence))
    return breaches


@gate(law="G08", blocks="单价与合同不符 · price differs from the contract", locks=LOCKED,
      aliases=["CONTRACT_PRICE"])  # fmt: skip
def call_off_at_agreed_price(facts: CallsOff, moment: Moment) -> Sequence[Breach]:
    """No line costs more than was agreed."""
    del moment
    return [
        _breach(facts, line, message("{item}：合同单价 {agreed}，本单 {price}。", item=line.item.number,
                                     agreed=line.called.unit_price, price=line.unit_price))
        for line in facts.lines
        if line.called is not None and line.unit_price > line.called.unit_price
    ]  # fmt: skip


@gate(law="G08", blocks="超出合同剩余数量 · beyond what is left of the contract", locks=LOCKED,
      aliases=["CONTRACT_EXCEEDED"])  # fmt: skip
def call_off_within_contract(facts: CallsOff, moment: Moment) -> Sequence[Breach]:
    """No line takes more than is left of its contract line, read under its lock."""
    del moment
    breaches = []
    wanted: dict[UUID, Decimal] = {}
    for line in facts.lines:
        called = line.called
        if called is None:
            continue
        wanted[called.line_id] = wanted.get(called.line_id, Decimal(0)) + line.quantity
        if wanted[called.line_id] > called.remaining:
            evidence = message("{item}：合同剩余 {left}，本单 {wanted}。", item=line.item.number, left=called.remaining,
                               wanted=wanted[called.line_id])  # fmt: skip
            breaches.append(_breach(facts, line, evidence))
    return breaches


CALL_OFF_GATES = (contract_in_force, call_off_at_agreed_price, call_off_within_contract)
"""What is asked of an order that names a contract."""
