"""Gates of purchasing. What must hold of a supplier and of what it is asked for is the same at quotation and order."""

from collections.abc import Sequence
from typing import Any

from meridian.items.models import Item, RegistrationCertificate
from meridian.items.rules import product_qualified, registration_in_force
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Gate, gate
from meridian.kernel.messages import message
from meridian.organization.vocabulary import Role
from meridian.parties.models import Licence, Supplier
from meridian.parties.rules import supplier_papers_valid, supplier_qualified, supplier_scope_covers_item
from meridian.purchasing.comparing import breach_of, compare
from meridian.purchasing.models import RequisitionLine
from meridian.purchasing.queries.inquiries import InquiryFacts, Offer

SELECTING = "ISO 13485:2016 7.4.1"
"""Suppliers are chosen by criteria, and the choice is recorded."""

SUPPLY_GATES: Sequence[Gate[Any]] = (
    supplier_qualified, supplier_papers_valid, supplier_scope_covers_item, product_qualified, registration_in_force,
)  # fmt: skip
"""Whether a supplier may sell us a product today (G01–G06): an offer is judged by what its order will be judged by."""


@gate(
    law="ISO 13485:2016 7.4.2",
    blocks="询价超出申请的未询数量 · inquiry beyond what the requisition still needs",
    locks=[RequisitionLine],
    aliases=["REQUISITION_EXCEEDED"],
)
def inquiry_within_requisition(facts: InquiryFacts, moment: Moment) -> Sequence[Breach]:
    """No line asks for more than nobody has yet asked for of its requisition line, read under its lock."""
    del moment
    breaches = []
    wanted: dict[Any, Any] = {}
    for line in facts.lines:
        if line.needed is None:
            continue
        wanted[line.needed.line_id] = wanted.get(line.needed.line_id, 0) + line.quantity
        if wanted[line.needed.line_id] > line.needed.remaining:
            evidence = message("{item}：申请 {quantity}，已询 {asked}，本单 {wanted}。", item=line.item.number,
                               quantity=line.needed.quantity, asked=line.needed.asked,
                               wanted=wanted[line.needed.line_id])  # fmt: skip
            breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.BUYER))
    return breaches


@gate(law=SELECTING, blocks="没有邀请供货者 · no supplier invited", aliases=["NO_SUPPLIER_INVITED"])
def suppliers_invited(facts: InquiryFacts, moment: Moment) -> Sequence[Breach]:
    """At least one supplier was invited to offer."""
    del moment
    return [] if facts.offers else [Breach(message("请先邀请至少一家供货者报价。"), owner=Role.BUYER)]


@gate(law=SELECTING, blocks="报价条款不完整 · terms of the offer incomplete", aliases=["QUOTATION_INCOMPLETE"])
def quotation_terms_complete(facts: Offer, moment: Moment) -> Sequence[Breach]:
    """The offer says until when it holds, a price for at least one line, and how long delivery of each takes."""
    del moment
    breaches = []
    if facts.valid_until is None:
        breaches.append(Breach(message("请填写报价有效期。"), owner=Role.BUYER))
    priced = [line for line in facts.lines if line.unit_price is not None]
    if not priced:
        breaches.append(Breach(message("请至少为一行填写单价。"), owner=Role.BUYER))
    breaches += [
        Breach(message("请填写 {item} 的交货期。", item=line.item.number), subject_id=line.line_id, owner=Role.BUYER)
        for line in priced
        if line.lead_days is None
    ]
    return breaches


@gate(law=SELECTING, blocks="报价已失效 · offer lapsed", aliases=["QUOTATION_LAPSED"])
def quotation_in_force(facts: Offer, moment: Moment) -> Sequence[Breach]:
    """The offer holds on the day, its last day included."""
    if facts.valid_until is not None and facts.valid_until < moment.site_day:
        evidence = message("报价 {number} 有效期至 {day}，已失效。", number=facts.number, day=facts.valid_until)
        return [Breach(evidence, owner=Role.BUYER)]
    return []


OFFER_GATES: Sequence[Gate[Any]] = (quotation_in_force, *SUPPLY_GATES)
"""Whether an offer may be taken today."""
_VERDICTS = (Supplier, Licence, Item, RegistrationCertificate)


@gate(
    law="G02",
    blocks="中标报价不合资格 · awarded offer not eligible",
    locks=_VERDICTS,
    aliases=["AWARD_INELIGIBLE"],
)
def awarded_offer_eligible(facts: InquiryFacts, moment: Moment) -> Sequence[Breach]:
    """Every line is given to an offer that every rule of today's order would let pass (GSP Art 51(4), 53, 54)."""
    breaches = []
    for line in compare(facts, OFFER_GATES, moment):
        chosen = line.of(line.asked.chosen_supplier_id)
        if line.asked.chosen_supplier_id is None:
            breaches.append(breach_of(line, message("{item} 还没有选定报价。", item=line.asked.item.number)))
        elif chosen is None:
            evidence = message("{item}：所选供货者没有报价。", item=line.asked.item.number)
            breaches.append(breach_of(line, evidence))
        else:
            breaches += [breach_of(line, reason.evidence) for reason in chosen.reasons]
    return breaches


@gate(
    law=SELECTING,
    blocks="未选最低价而没有理由 · not the lowest eligible offer and no reason given",
    locks=_VERDICTS,
    aliases=["AWARD_NOT_LOWEST"],
)
def award_above_lowest_explained(facts: InquiryFacts, moment: Moment) -> Sequence[Breach]:
    """An offer that costs more than the lowest eligible one for its line is taken for a reason that is written down."""
    breaches = []
    for line in compare(facts, OFFER_GATES, moment):
        chosen = line.of(line.asked.chosen_supplier_id)
        if chosen is None or line.lowest is None or chosen.cost <= line.lowest or line.asked.choice_reason.strip():
            continue
        evidence = message("{item}：所选 {cost}，最低合格报价 {lowest}；请写明理由。", item=line.asked.item.number,
                           cost=chosen.cost, lowest=line.lowest)  # fmt: skip
        breaches.append(breach_of(line, evidence))
    return breaches
