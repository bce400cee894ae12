"""The result card of a scan, in the reader's words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from meridian.inventory.models import Lot
from meridian.items.queries import ItemVerdict
from meridian.kernel.findings import Refused
from meridian.kernel.messages import Message, message
from meridian.kernel.values.text import storable
from meridian.scanning.answers import CardFact, ScanCard
from meridian.scanning.queries.goods import Goods
from meridian.scanning.vocabulary import ScanTask, Verdict
from meridian.scanning.words import NOTHING, Said, as_kept, as_said, headline_of, said, shown, stopped_by

COUNTED: Mapping[ScanTask, Message] = {
    ScanTask.RECEIVE: message("已收 +{added}"),
    ScanTask.PUT_AWAY: message("已取 +{added}"),
    ScanTask.MOVE: message("已取 +{added}"),
    ScanTask.PICK: message("已拣 +{added}"),
    ScanTask.REVIEW: message("已核 +{added}"),
}
WRONG: Mapping[str, frozenset[str]] = {
    "scan_matches_line": frozenset({"made", "last"}),
    "lot_days_agree": frozenset({"made", "last"}),
    "lot_not_expired": frozenset({"last"}),
    "remaining_life_meets_customer_minimum": frozenset({"last"}),
    "remaining_life_meets_receipt_minimum": frozenset({"last"}),
    "lot_not_allocated": frozenset({"lot"}),
    "scan_lot_unknown": frozenset({"lot", "serial"}),
    "first_expiry_first": frozenset({"lot"}),
    "lot_not_blocked": frozenset({"lot"}),
    "serial_received_once": frozenset({"serial"}),
    "serial_counted_once": frozenset({"serial"}),
}
"""Which element of the barcode a stop is about."""

GS1 = "GS1"


def counted_card(
    task: ScanTask,
    goods: Goods,
    item: ItemVerdict,
    lot: Lot | None,
    *,
    added: Decimal,
    zone: str,
    remark: Said = NOTHING,
) -> ScanCard:
    """The card of goods that counted; with a remark the person should heed it is amber."""
    return ScanCard(
        verdict=Verdict.ATTENTION if remark else Verdict.OK,
        headline=said(Message(COUNTED[task].template, {"added": added})),
        sentence=remark,
        zone=zone,
        item_name=name_of(item),
        item_detail=_detail(item),
        facts=_facts(goods, lot, frozenset()),
    )


def place_card(headline: Message, *sentences: Message) -> ScanCard:
    """The card of a place that was taken."""
    return ScanCard(verdict=Verdict.OK, headline=said(headline), sentence=Said(sentences))


def stop_card(refused: Refused, goods: Goods | None) -> ScanCard:
    """The card of a scan that did not count: what the rule is called, what was found, what the barcode says."""
    sentence = Said(tuple(finding.evidence for finding in refused.findings))
    card = ScanCard(verdict=Verdict.STOP, headline=stopped_by(refused.code), sentence=sentence, code=refused.code)
    if goods is None:
        return card
    card = replace(card, facts=_facts(goods, None, WRONG.get(refused.code, frozenset())))
    return replace(card, item_name=name_of(goods.item), item_detail=_detail(goods.item)) if goods.item else card


def name_of(item: ItemVerdict) -> str:
    """What people call an item: its name and specification."""
    return " ".join(filter(None, (item.device_name, item.specification)))


def _detail(item: ItemVerdict) -> str:
    return " · ".join(filter(None, (item.number, item.registration.registration_no if item.registration else "")))


def _facts(goods: Goods, lot: Lot | None, wrong: frozenset[str]) -> tuple[CardFact, ...]:
    scan = goods.scan
    last = scan.expires_on or (lot.expires_on if lot else None)
    made = scan.manufactured_on or (lot.manufactured_on if lot else None)
    told = (
        ("lot", "(10)", message("批号"), scan.lot_no or (lot.lot_no if lot else "")),
        ("last", "(17)", message("有效期至"), last),
        ("made", "(11)", message("生产日期"), made),
        ("serial", "(21)", message("序列号"), scan.serial_no or (lot.serial_no if lot else "")),
    )
    return tuple(
        CardFact(
            label=said(label),
            value=str(value),
            ai=ai if scan.issuer == GS1 else "",
            note=_left(last, goods.site_day) if name == "last" else NOTHING,
            is_wrong=name in wrong,
        )
        for name, ai, label, value in told
        if value
    )


def _left(last: date | None, site_day: date) -> Said:
    days = (last - site_day).days if last else 0
    if days < 0:
        return said(message("已过期 {days} 天", days=-days))
    return said(message("余 {days} 天", days=days)) if last else NOTHING


def as_told(card: ScanCard, what: str) -> dict[str, Any]:
    """The card as the book keeps it: plain data, `as_shown` in the words the person read, the rest for any reader.

    `what` names the goods or the place.
    """
    facts = [
        {"label": as_kept(fact.label), "value": storable(fact.value), "ai": fact.ai, "note": as_kept(fact.note),
         "is_wrong": fact.is_wrong}
        for fact in card.facts
    ]  # fmt: skip
    return {
        "verdict": str(card.verdict),
        "headline": as_kept(card.headline),
        "sentence": as_kept(card.sentence),
        "as_shown": storable(" ".join(filter(None, map(str, (card.headline, card.sentence))))),
        "code": card.code,
        "item_name": storable(card.item_name),
        "item_detail": storable(card.item_detail),
        "zone": card.zone,
        "facts": facts,
        "what": storable(what),
    }


def as_card(told: Mapping[str, Any]) -> ScanCard:
    """The card that was shown, for whoever reads it now."""
    facts = tuple(
        CardFact(**{**fact, "label": as_said(fact["label"]), "note": as_said(fact["note"])}) for fact in told["facts"]
    )
    verdict = Verdict(told["verdict"])
    return ScanCard(
        verdict=verdict,
        headline=headline_of(told["headline"], told["code"], verdict),
        sentence=as_said(told["sentence"]),
        code=told["code"],
        item_name=told["item_name"],
        item_detail=told["item_detail"],
        zone=told["zone"],
        facts=facts,
    )


def what_of(goods: Goods, card: ScanCard) -> str:
    """What a row of the book is about, for the list of records."""
    if not card.item_name and not goods.scan.is_read:
        return goods.text[:80]
    return " ".join(filter(None, (card.item_name, goods.lot_name[:80])))


def figure(quantity: Decimal) -> str:
    """A quantity as the API writes it."""
    return shown(quantity)
