"""The comparison of offers 比价: pure. Each offer is judged by the gates its order will be judged by, never hidden."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Gate
from meridian.kernel.messages import Message, message
from meridian.organization.vocabulary import LicenceKind
from meridian.purchasing.amounts import amount_of
from meridian.purchasing.queries.inquiries import AskedLine, InquiryFacts, Offer, OfferLine
from meridian.purchasing.vocabulary import QuotationState

UNRATED = "unrated"
"""A supplier without a score yet: no data is no verdict."""


@dataclass(frozen=True)
class Reason:
    """Why an offer may not be taken: the gate's code and what it found."""

    code: str
    evidence: Message


@dataclass(frozen=True)
class Compared:
    """One supplier's offer for one line; eligible when `reasons` is empty."""

    offer: Offer
    line: OfferLine
    total: Decimal
    reasons: tuple[Reason, ...]

    @property
    def cost(self) -> Decimal:
        """Landed cost of one base unit, without tax."""
        return self.line.landed_cost or Decimal(0)


@dataclass(frozen=True)
class ComparedLine:
    """A line with every offer for it, as the suppliers stand across; `lowest` is the lowest cost one may take."""

    asked: AskedLine
    offers: tuple[Compared, ...]
    lowest: Decimal | None

    def of(self, supplier_id: UUID | None) -> Compared | None:
        """The cheapest offer of one supplier, those that may be taken first; None without any."""
        own = [each for each in self.offers if each.offer.supplier.id == supplier_id]
        return min(own, key=lambda each: (bool(each.reasons), each.cost), default=None)


def compare(facts: InquiryFacts, gates: Sequence[Gate[Any]], moment: Moment) -> tuple[ComparedLine, ...]:
    """Every line with every offer for it, judged at a moment."""
    judged = {offer.id: _reasons(offer, gates, moment) for offer in facts.offers}
    compared = []
    for asked in facts.lines:
        found = []
        for offer in facts.offers:
            for line in offer.lines:
                is_for = line.inquiry_line_id == asked.line_id and line.landed_cost is not None
                if not is_for or offer.state != QuotationState.OFFERED:
                    continue
                own = (*judged[offer.id].get(None, ()), *judged[offer.id].get(line.line_id, ()), *_short(asked, line))
                total = amount_of(asked.quantity, line.landed_cost or Decimal(0))
                found.append(Compared(offer, line, total, own))
        lowest = min((each.cost for each in found if not each.reasons), default=None)
        compared.append(ComparedLine(asked, tuple(found), lowest))
    return tuple(compared)


def _reasons(offer: Offer, gates: Sequence[Gate[Any]], moment: Moment) -> Mapping[UUID | None, tuple[Reason, ...]]:
    """What stands against an offer, by its line; None for what stands against all of it."""
    lines = {line.line_id for line in offer.lines}
    found: dict[UUID | None, tuple[Reason, ...]] = {}
    for gate in gates:
        for breach in gate(offer, moment):
            key = breach.subject_id if breach.subject_id in lines else None
            found[key] = (*found.get(key, ()), Reason(gate.code, breach.evidence))
    return found


def _short(asked: AskedLine, line: OfferLine) -> tuple[Reason, ...]:
    if line.minimum_quantity <= asked.quantity:
        return ()
    evidence = message(
        "最小订购量 {minimum} 大于询价数量 {asked}。", minimum=line.minimum_quantity, asked=asked.quantity
    )
    return (Reason("minimum_quantity", evidence),)


def papers_until(offer: Offer) -> date | None:
    """The first day on which a paper of the supplier ends; None when none ends."""
    return min((paper.valid_until for paper in offer.supplier.papers if paper.valid_until is not None), default=None)


def _paper_words(offer: Offer) -> list[dict[str, str]]:
    return [
        {"kind": str(LicenceKind(paper.kind)), "no": paper.licence_no, "valid_from": paper.valid_from.isoformat(),
         "valid_until": paper.valid_until.isoformat() if paper.valid_until else ""}
        for paper in offer.supplier.papers
    ]  # fmt: skip


def as_data(facts: InquiryFacts, lines: Sequence[ComparedLine], moment: Moment) -> dict[str, Any]:
    """The whole matrix as plain data: text, with decimals written out and days in ISO 8601."""
    return {
        "format": 1,
        "inquiry": facts.number,
        "judged_at": moment.instant.isoformat(),
        "site_day": moment.site_day.isoformat(),
        "suppliers": [
            {"id": str(offer.supplier.id), "number": offer.supplier.number, "name": offer.supplier.name,
             "quotation": offer.number, "quotation_id": str(offer.id), "state": str(offer.state),
             "currency": offer.currency, "tax_rate": f"{offer.tax_rate}",
             "valid_until": offer.valid_until.isoformat() if offer.valid_until else "", "score": UNRATED,
             "papers": _paper_words(offer)}
            for offer in facts.offers
        ],
        "lines": [_line_data(each) for each in lines],
    }  # fmt: skip


def _line_data(each: ComparedLine) -> dict[str, Any]:
    asked = each.asked
    return {
        "id": str(asked.line_id), "item": asked.item.number, "name": asked.item.device_name,
        "specification": asked.item.specification, "unit": str(asked.item.base_unit),
        "quantity": f"{asked.quantity.normalize():f}",
        "chosen": str(asked.chosen_supplier_id) if asked.chosen_supplier_id else "", "reason": asked.choice_reason,
        "lowest": "" if each.lowest is None else _figure(each.lowest),
        "offers": [
            {"quotation_id": str(one.offer.id), "supplier_id": str(one.offer.supplier.id),
             "unit_price": _figure(one.line.unit_price or Decimal(0)), "freight": _figure(one.line.freight),
             "other_cost": _figure(one.line.other_cost), "landed_cost": _figure(one.cost), "total": f"{one.total}",
             "minimum_quantity": f"{one.line.minimum_quantity.normalize():f}", "lead_days": one.line.lead_days,
             "eligible": not one.reasons, "is_lowest": not one.reasons and one.cost == each.lowest,
             "reasons": [{"code": reason.code, "evidence": str(reason.evidence)} for reason in one.reasons]}
            for one in each.offers
        ],
    }  # fmt: skip


def _figure(value: Decimal) -> str:
    """At least two places, no more than are there: 9.8 is 9.80, 9.805 stays."""
    text = f"{value.normalize():f}"
    whole, _point, places = text.partition(".")
    return f"{whole}.{places.ljust(2, '0')}"


def canonical(data: Mapping[str, Any]) -> tuple[str, str]:
    """Canonical JSON of the matrix and its SHA-256 in hex."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, hashlib.sha256(text.encode()).hexdigest()


def breach_of(line: ComparedLine, evidence: Message) -> Breach:
    """A breach about a line of the inquiry."""
    return Breach(evidence=evidence, subject_id=line.asked.line_id)
