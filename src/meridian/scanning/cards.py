"""The result card of a scan, in the reader's words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from meridian.inventory.models import Lot
from meridian.items.queries import ItemVerdict
from meridian.kernel.findings import Refused
from meridian.kernel.gates import all_gates
from meridian.kernel.messages import Text, message
from meridian.kernel.values.text import storable
from meridian.scanning.answers import CardFact, ScanCard
from meridian.scanning.queries.goods import Goods
from meridian.scanning.vocabulary import ScanTask, Verdict

COUNTED: Mapping[ScanTask, Text] = {
    ScanTask.RECEIVE: _("已收 +{added}"),
    ScanTask.PUT_AWAY: _("已取 +{added}"),
    ScanTask.MOVE: _("已取 +{added}"),
    ScanTask.PICK: _("已拣 +{added}"),
    ScanTask.REVIEW: _("已核 +{added}"),
}
STOPPED: Mapping[str, Text] = {
    "scan_unreadable": _("条码无法识别"),
    "scan_unknown": _("产品标识未登记"),
    "scan_incomplete": _("条码缺少批号或序列号"),
    "scan_lot_unknown": _("没有这个批号"),
    "scan_lot_ambiguous": _("批号对应多个生产企业"),
    "receipt_has_order": _("不是订单上的货"),
    "scan_matches_line": _("条码与登记不符"),
    "serial_received_once": _("序列号重复"),
    "serial_counted_once": _("序列号重复"),
    "lot_not_at_place": _("货不在此处"),
    "source_place_needed": _("先扫货物所在库位"),
    "place_holds_nothing": _("此处没有可移动的货"),
    "place_not_on_list": _("库位不在拣货单上"),
    "item_not_on_list": _("不是本单的货"),
    "lot_not_allocated": _("批号不是应拣的批号"),
    "line_is_complete": _("本行数量已足"),
    "quantity_of_serial": _("序列号产品不能改数量"),
    "quantity_out_of_bounds": _("数量超出范围"),
    "nothing_to_undo": _("没有可撤销的扫描"),
    "stop_not_open": _("没有待处理的扫描"),
}
"""What a stop is called at the head of its card, where no gate gives it a name."""

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
    task: ScanTask, goods: Goods, item: ItemVerdict, lot: Lot | None, *, added: Decimal, zone: str, remark: Text = ""
) -> ScanCard:
    """The card of goods that counted; with a remark the person should heed it is amber."""
    return ScanCard(
        verdict=Verdict.ATTENTION if remark else Verdict.OK,
        headline=str(COUNTED[task]).format(added=figure(added)),
        sentence=remark,
        zone=zone,
        item_name=name_of(item),
        item_detail=_detail(item),
        facts=_facts(goods, lot, frozenset()),
    )


def place_card(headline: Text, sentence: Text = "") -> ScanCard:
    """The card of a place that was taken."""
    return ScanCard(verdict=Verdict.OK, headline=headline, sentence=sentence)


def stop_card(refused: Refused, goods: Goods | None) -> ScanCard:
    """The card of a scan that did not count: what the rule is called, what was found, what the barcode says."""
    sentence = " ".join(str(finding.evidence) for finding in refused.findings)
    card = ScanCard(verdict=Verdict.STOP, headline=_stopped(refused.code), sentence=sentence, code=refused.code)
    if goods is None:
        return card
    card = replace(card, facts=_facts(goods, None, WRONG.get(refused.code, frozenset())))
    return replace(card, item_name=name_of(goods.item), item_detail=_detail(goods.item)) if goods.item else card


def name_of(item: ItemVerdict) -> str:
    """What people call an item: its name and specification."""
    return " ".join(filter(None, (item.device_name, item.specification)))


def _detail(item: ItemVerdict) -> str:
    return " · ".join(filter(None, (item.number, item.registration.registration_no if item.registration else "")))


def _stopped(code: str) -> Text:
    gate = all_gates().get(code)
    if code in STOPPED or gate is None:
        return STOPPED.get(code, code)
    chinese, _dot, english = gate.blocks.partition(" · ")
    return english if english and (get_language() or "").startswith("en") else chinese


def _facts(goods: Goods, lot: Lot | None, wrong: frozenset[str]) -> tuple[CardFact, ...]:
    scan = goods.scan
    last = scan.expires_on or (lot.expires_on if lot else None)
    made = scan.manufactured_on or (lot.manufactured_on if lot else None)
    told = (
        ("lot", "(10)", _("批号"), scan.lot_no or (lot.lot_no if lot else "")),
        ("last", "(17)", _("有效期至"), last),
        ("made", "(11)", _("生产日期"), made),
        ("serial", "(21)", _("序列号"), scan.serial_no or (lot.serial_no if lot else "")),
    )
    return tuple(
        CardFact(
            label=label,
            value=str(value),
            ai=ai if scan.issuer == GS1 else "",
            note=_left(last, goods.site_day) if name == "last" else "",
            is_wrong=name in wrong,
        )
        for name, ai, label, value in told
        if value
    )


def _left(last: date | None, site_day: date) -> Text:
    return str(message("余 {days} 天", days=(last - site_day).days)) if last else ""


def as_told(card: ScanCard, what: str) -> dict[str, Any]:
    """The card as the book keeps it: plain data in the words the person read; `what` names the goods or the place."""
    return {**_plain(vars(card)), "facts": [_plain(vars(fact)) for fact in card.facts], "what": storable(what)}


def as_card(told: Mapping[str, Any]) -> ScanCard:
    """The card that was shown."""
    values = {name: value for name, value in told.items() if name in ScanCard.__dataclass_fields__}
    facts = tuple(CardFact(**fact) for fact in values.pop("facts", ()))
    verdict = Verdict(values.pop("verdict"))
    return ScanCard(verdict=verdict, facts=facts, **values)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, bool) else storable(str(value)) for name, value in values.items()}


def what_of(goods: Goods, card: ScanCard) -> str:
    """What a row of the book is about, for the list of records."""
    if not card.item_name and not goods.scan.is_read:
        return goods.text[:80]
    return " ".join(filter(None, (card.item_name, goods.lot_name[:80])))


def figure(quantity: Decimal) -> str:
    """A quantity as the API writes it."""
    return f"{quantity.normalize():f}"
