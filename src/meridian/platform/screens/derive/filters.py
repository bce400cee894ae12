"""Filters of a list as forms, and the chips of those that are set."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from meridian.kernel.declare import ColumnRef, column_field, column_path
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import pickers
from meridian.platform.screens.derive.query import CHOICE_ROWS_MAX, DAY_WORDS, Asked, days_of, is_figure
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Chip, Filter, Option, Text

SOME_DAY = date(2000, 1, 1)


def filters(declared: AnyDocumentType, asked: Asked, reader: Reader, chips: Sequence[Chip] = ()) -> tuple[Filter, ...]:
    """The filters that may be set: the state, then the declared ones. One statement for each referenced table."""
    states = asked.query.getlist("state")
    options = tuple(
        Option(value=value, label=label, is_selected=value in states) for value, label in declared.states.choices
    )
    set_now = {chip.name: chip for chip in chips}
    refs = [ref for ref in declared.screen.filters if column_path(ref) != "state" and reader.sees(declared, ref)]
    first = Filter(name="state", label=_("状态"), options=options)
    return tuple(replace(each, chip=set_now.get(each.name)) for each in (first, *(_filter(ref, asked) for ref in refs)))


def _filter(ref: ColumnRef, asked: Asked) -> Filter:
    path, field = column_path(ref), column_field(ref)
    chosen = asked.query.getlist(path)
    label: Text = field.verbose_name
    if isinstance(field, models.DateField):
        given = {end: asked.query.get(f"{path}_{end}", "") for end in ("from", "until")}
        words = tuple(
            Option(value=word, label=day_words(word), is_selected=word in chosen) for word in _offered(chosen)
        )
        return Filter(
            name=path, label=label, kind="day_range", value=given["from"], until=given["until"], options=words
        )
    if is_figure(field):
        ends = [asked.query.get(f"{path}_{end}", "") for end in ("min", "max")]
        return Filter(name=path, label=label, kind="number_range", value=ends[0], until=ends[1])
    choices = _choices(field)
    if choices is not None:
        options = tuple(Option(value=value, label=words, is_selected=value in chosen) for value, words in choices)
        return Filter(name=path, label=label, options=options)
    return Filter(name=path, label=label, kind="text", value=chosen[0] if chosen else "")


def _offered(chosen: list[str]) -> list[str]:
    """The words for days that may be chosen, and the one of the address if it counts other days."""
    return list(dict.fromkeys([*DAY_WORDS, *(word for word in chosen[:1] if days_of(word, SOME_DAY))]))


def day_words(word: str) -> str:
    """A word for days, as people read it."""
    named = {"today": _("今天"), "week": _("本周"), "month": _("本月"), "past": _("今天以前")}
    return named.get(word) or _("未来 %(n)s 天") % {"n": word.removeprefix("next")}


def _choices(field: Any) -> list[tuple[str, Text]] | None:
    if isinstance(field, models.BooleanField):
        return [("true", _("是")), ("false", _("否"))]
    if isinstance(field, models.ForeignKey):
        rows = pickers.labelled_rows(field.related_model, limit=CHOICE_ROWS_MAX + 1)
        return [(str(row.key), row.label) for row in rows] if len(rows) <= CHOICE_ROWS_MAX else None
    return [(str(value), words) for value, words in field.flatchoices] if field.choices else None


def chips(declared: AnyDocumentType, asked: Asked, reader: Reader) -> tuple[Chip, ...]:
    """The filters that are set, each with the address of the list without it."""
    found: list[Chip] = []
    words: dict[str, Text] = dict(declared.states.choices)
    states = [state for state in asked.query.getlist("state") if state in words]
    if states:
        text = "、".join(str(words[state]) for state in states)
        found.append(Chip(name="state", label=_("状态"), value=text, remove_url=asked.url(state="")))
    for ref in declared.screen.filters:
        if column_path(ref) != "state" and reader.sees(declared, ref) and (chip := _chip(ref, asked)) is not None:
            found.append(chip)
    return tuple(found)


def _chip(ref: ColumnRef, asked: Asked) -> Chip | None:
    path, field = column_path(ref), column_field(ref)
    ends = ("from", "until") if isinstance(field, models.DateField) else ("min", "max")
    if isinstance(field, models.DateField) or is_figure(field):
        word = next((word for word in asked.query.getlist(path) if days_of(word, SOME_DAY)), "")
        start, end = (asked.query.get(f"{path}_{each}", "") for each in ends)
        remove = asked.url(**{path: "", f"{path}_{ends[0]}": "", f"{path}_{ends[1]}": ""})
        texts = [day_words(word) if word else "", f"{start} – {end}" if start or end else ""]
        text = " · ".join(filter(None, texts))
        return Chip(name=path, label=field.verbose_name, value=text, remove_url=remove) if text else None
    chosen = [value for value in asked.query.getlist(path) if value]
    if not chosen:
        return None
    words = dict(_choices(field) or ())
    text = "、".join(str(words.get(value, value)) for value in chosen)
    return Chip(name=path, label=field.verbose_name, value=text, remove_url=asked.url(**{path: ""}))
