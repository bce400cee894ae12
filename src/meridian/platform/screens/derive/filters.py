"""Filters of a list as forms, and the chips of those that are set."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from meridian.kernel.declare import ColumnRef, column_field, column_path
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import pickers
from meridian.platform.screens.derive.query import CHOICE_ROWS_MAX, Asked
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Chip, Filter, Option, Text


def filters(declared: AnyDocumentType, asked: Asked, reader: Reader) -> tuple[Filter, ...]:
    """The filters that may be set: the state, then the declared ones. One statement for each referenced table."""
    states = asked.query.getlist("state")
    options = tuple(
        Option(value=value, label=label, is_selected=value in states) for value, label in declared.states.choices
    )
    refs = [ref for ref in declared.screen.filters if column_path(ref) != "state" and reader.sees(declared, ref)]
    first = Filter(name="state", label=_("状态"), options=options)
    return (first, *(each for ref in refs if (each := _filter(ref, asked)) is not None))


def _filter(ref: ColumnRef, asked: Asked) -> Filter | None:
    path, field = column_path(ref), column_field(ref)
    chosen = asked.query.getlist(path)
    label: Text = field.verbose_name
    if isinstance(field, models.DateField):
        given = {end: asked.query.get(f"{path}_{end}", "") for end in ("from", "until")}
        return Filter(name=path, label=label, kind="day_range", value=given["from"], until=given["until"])
    choices = _choices(field)
    if choices is not None:
        options = tuple(Option(value=value, label=words, is_selected=value in chosen) for value, words in choices)
        return Filter(name=path, label=label, options=options)
    return Filter(name=path, label=label, kind="text", value=chosen[0] if chosen else "")


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
        found.append(Chip(label=_("状态"), value=text, remove_url=asked.url(state="")))
    for ref in declared.screen.filters:
        if column_path(ref) != "state" and reader.sees(declared, ref) and (chip := _chip(ref, asked)) is not None:
            found.append(chip)
    return tuple(found)


def _chip(ref: ColumnRef, asked: Asked) -> Chip | None:
    path, field = column_path(ref), column_field(ref)
    if isinstance(field, models.DateField):
        start, end = asked.query.get(f"{path}_from", ""), asked.query.get(f"{path}_until", "")
        if not (start or end):
            return None
        remove = asked.url(**{f"{path}_from": "", f"{path}_until": ""})
        return Chip(label=field.verbose_name, value=f"{start} – {end}", remove_url=remove)
    chosen = [value for value in asked.query.getlist(path) if value]
    if not chosen:
        return None
    words = dict(_choices(field) or ())
    text = "、".join(str(words.get(value, value)) for value in chosen)
    return Chip(label=field.verbose_name, value=text, remove_url=asked.url(**{path: ""}))
