"""One cell into what a draft takes: words of choices, yes and no, numbers, days; or what is wrong with it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation

from meridian.exchange.reading import values
from meridian.exchange.reading.files import plain
from meridian.exchange.targets import LANGUAGES, ImportColumn
from meridian.kernel.draft_input import clean_value
from meridian.kernel.messages import Message, listed, message

CHOICES_NAMED = 12


@dataclass(frozen=True)
class Faulty:
    """Why a cell cannot be taken."""

    code: str
    reason: Message
    suggestion: Message | str = ""


def converted(column: ImportColumn, cell: str, words: Mapping[str, str]) -> Any:
    """The value a draft takes; `Faulty` for what it would not take. References stay words.

    `words` are further names of choices."""
    text = values.as_written(cell)
    field = column.field
    if column.model is not None:
        return text.strip()
    if getattr(field, "choices", None):
        return _choice(column, text, words)
    if isinstance(field, models.BooleanField):
        return _truth(text)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return _day(text)
    if isinstance(field, models.DecimalField | models.IntegerField):
        return _number(column, text)
    if values.is_scientific(text) and isinstance(field, models.CharField):
        reason = message("“{text}”是表格软件截成的科学计数，原编码已丢失。", text=text)
        return Faulty("code_cut_by_spreadsheet", reason, message("把该列设为文本格式，重新填写完整编码。"))
    return _cleaned(column, text)


def _cleaned(column: ImportColumn, value: Any) -> Any:
    """As a draft would take it, so that every faulty cell of a row is named, not only the first."""
    try:
        clean_value(column.field, value)
    except ValidationError as error:
        reason = message("{label}：{problem}", label=column.field.verbose_name, problem=" ".join(error.messages))
        return Faulty("field_invalid", reason)
    return value


def _choice(column: ImportColumn, text: str, words: Mapping[str, str]) -> Any:
    known = _choice_words(column.field)
    compared = plain(text)
    found = known.get(compared, known.get(compared.removesuffix(values.CLASS_MARK), words.get(compared)))
    if found is not None:
        return found
    labels = [str(label) for _value, label in column.field.flatchoices]
    near = difflib.get_close_matches(text, labels, n=1, cutoff=0.5)
    shown = listed(labels[:CHOICES_NAMED])
    reason = message("“{text}”不是{label}的选项。", text=text[:80], label=column.field.verbose_name)
    hint = message("是否为“{near}”？", near=near[0]) if near else message("可填：{choices}。", choices=shown)
    return Faulty("choice_unknown", reason, hint)


@cache
def _choice_words(field: Any) -> Mapping[str, Any]:
    """Every way to write a choice: its code, and its label in each language with and without what it says beside."""
    known: dict[str, Any] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for value, label in field.flatchoices:
                known.setdefault(plain(str(label)), value)
                known.setdefault(plain(str(value)), value)
    return known


def _truth(text: str) -> Any:
    found = values.truth_of(text)
    if found is None:
        reason = message("“{text}”不是“是”或“否”。", text=text[:80])
        return Faulty("truth_unknown", reason, message("填“是”或“否”。"))
    return found


def _day(text: str) -> Any:
    found = values.day_of(text)
    if found is None:
        reason = message("“{text}”读不出确定的日期。", text=text[:80])
        return Faulty("day_unclear", reason, message("按 年-月-日 填写，例如 2026-12-05。"))
    return found.isoformat()


def _number(column: ImportColumn, text: str) -> Any:
    found = values.number_of(text)
    if found is None:
        reason = message("“{text}”不是数字。", text=text[:80])
        return Faulty("number_unclear", reason, message("只填数字，单位另列。"))
    if isinstance(column.field, models.IntegerField):
        if found != found.to_integral_value():
            return Faulty("number_not_whole", message("“{text}”须为整数。", text=text[:80]))
        return _cleaned(column, int(found))
    return _cleaned(column, f"{found:f}")
