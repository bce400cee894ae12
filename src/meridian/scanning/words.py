"""Sentences of a result card, kept with their figures, so that each reader has them in their own language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, override

from meridian.kernel.gates import all_gates
from meridian.kernel.messages import Message, message
from meridian.kernel.values.text import storable
from meridian.scanning.vocabulary import Verdict

STOPPED: Mapping[str, Message] = {
    "scan_unreadable": message("条码无法识别"),
    "scan_unknown": message("产品标识未登记"),
    "scan_incomplete": message("条码缺少批号或序列号"),
    "scan_lot_unknown": message("没有这个批号"),
    "scan_lot_ambiguous": message("批号对应多个生产企业"),
    "receipt_has_order": message("不是订单上的货"),
    "scan_matches_line": message("条码与登记不符"),
    "serial_received_once": message("序列号重复"),
    "serial_counted_once": message("序列号重复"),
    "lot_not_at_place": message("货不在此处"),
    "source_place_needed": message("先扫货物所在库位"),
    "place_holds_nothing": message("此处没有可移动的货"),
    "place_not_on_list": message("库位不在拣货单上"),
    "item_not_on_list": message("不是本单的货"),
    "lot_not_allocated": message("批号不是应拣的批号"),
    "line_is_complete": message("本行数量已足"),
    "quantity_of_serial": message("序列号产品不能改数量"),
    "quantity_out_of_bounds": message("数量超出范围"),
    "nothing_to_undo": message("没有可撤销的扫描"),
    "stop_not_open": message("没有待处理的扫描"),
}
"""What a stop is called at the head of its card, where no gate gives it a name."""


@dataclass(frozen=True)
class Said:
    """Sentences one after the other, in the language of whoever reads them; empty where there is nothing to say."""

    sentences: tuple[Message, ...] = ()

    def __str__(self) -> str:
        return " ".join(filter(None, map(str, self.sentences)))

    def __bool__(self) -> bool:
        return bool(self.sentences)


NOTHING = Said()


def said(*sentences: Message) -> Said:
    """What these sentences say together."""
    return Said(sentences)


def as_kept(words: Said) -> list[dict[str, Any]]:
    """The sentences as plain data: `[{"template": …, "figures": {…}}]`, figures being texts or sentences themselves."""
    return [_sentence(each) for each in words.sentences]


def as_said(kept: Iterable[Mapping[str, Any]]) -> Said:
    """The sentences that were kept."""
    return Said(tuple(_message(each) for each in kept))


def _sentence(sentence: Message) -> dict[str, Any]:
    return {
        "template": storable(sentence.template),
        "figures": {name: _figure(value) for name, value in sentence.figures.items()},
    }


def _figure(value: Any) -> Any:
    if isinstance(value, Message):
        return _sentence(value)
    if isinstance(value, Promise):
        with override(None):  # untranslated, so that it can be translated for the next reader
            return _sentence(Message(str(value).replace("{", "{{").replace("}", "}}")))
    return storable(shown(value))


def shown(value: Any) -> str:
    """A figure as text: 40 and not 40.000000, a day as 2029-01-04."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    return value.isoformat() if type(value) is date else str(value)


def _message(kept: Mapping[str, Any]) -> Message:
    figures = {
        name: _message(value) if isinstance(value, Mapping) else value for name, value in kept["figures"].items()
    }
    return Message(kept["template"], figures)


def stopped_by(code: str) -> Said:
    """What a stop is called: by the gate's own name in the reader's language, where this page has none for it."""
    gate = all_gates().get(code)
    if code in STOPPED or gate is None:
        return said(STOPPED.get(code, Message(code)))
    chinese, _dot, english = gate.blocks.partition(" · ")
    return said(Message(english if english and (get_language() or "").startswith("en") else chinese))


def headline_of(kept: Iterable[Mapping[str, Any]], code: str, verdict: Verdict) -> Said:
    """What stood at the head of a kept card."""
    return stopped_by(code) if code and verdict == Verdict.STOP else as_said(kept)
