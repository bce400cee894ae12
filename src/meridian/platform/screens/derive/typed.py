"""What a form posts, as typed: nothing is lost on the way to an error page, a merge, or the draft."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.http import QueryDict
from django.utils import timezone

from meridian.kernel.declare import ColumnRef, column_field
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import pickers

PREFIX = "lines"
TEXT = "__text"
KEPT = "kept"
"""Posted by a merge: a line whose value of this name is empty was chosen to go."""


@dataclass(frozen=True)
class Input:
    """One editable column: its name in forms, and the table it chooses from."""

    name: str
    field: Any
    target: type[models.Model] | None

    @property
    def is_required(self) -> bool:
        """As the draft checks it: no default, not blank, not null."""
        return not (self.field.blank or self.field.null or self.field.has_default())

    @property
    def is_boolean(self) -> bool:
        """A box that is ticked or not."""
        return isinstance(self.field, models.BooleanField)


@dataclass
class TypedLine:
    """One line of the form. `index` stands in its field names, `key` is its id, empty for a new one."""

    index: int
    key: str
    values: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)

    def is_empty(self, untouched: Mapping[str, str]) -> bool:
        """A new line nobody filled in: empty, or with the defaults it came with."""
        given = any(self.values.values()) and self.values != untouched
        return not self.key and not given and not any(self.texts.values())


@dataclass
class Typed:
    """A whole form: header and lines as text, and what travels hidden."""

    values: dict[str, str]
    texts: dict[str, str]
    lines: list[TypedLine]
    version: int | None = None
    key: str = ""
    reason: str = ""
    site_id: str = ""
    base: dict[str, Any] = field(default_factory=dict)
    """The stored values the person started from, for the merge."""


def input_of(declared: AnyDocumentType, ref: ColumnRef) -> Input:
    """The input of one editable column."""
    column = column_field(ref)
    return Input(name=column.name, field=column, target=pickers.target_of(declared, column))


def header_inputs(declared: AnyDocumentType) -> list[Input]:
    """The inputs of the header."""
    return [input_of(declared, ref) for ref in declared.editable]


def line_inputs(declared: AnyDocumentType) -> list[Input]:
    """The inputs of a line."""
    return [input_of(declared, ref) for ref in (declared.lines.editable if declared.lines else ())]


def read(declared: AnyDocumentType, post: QueryDict) -> Typed:
    """A posted form as typed."""
    version = post.get("version", "")
    values, texts = _fields(header_inputs(declared), post, "")
    return Typed(
        values=values,
        texts=texts,
        lines=_lines(declared, post),
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
        key=post.get("key", "")[:120],
        reason=post.get("reason", "")[:2000],
        site_id=post.get("site_id", ""),
        base=_base(post.get("base", "")),
    )


def _fields(inputs: list[Input], post: QueryDict, prefix: str) -> tuple[dict[str, str], dict[str, str]]:
    values = {each.name: post.get(prefix + each.name, "") for each in inputs}
    texts = {each.name: post.get(f"{prefix}{each.name}{TEXT}", "") for each in inputs if each.target is not None}
    return values, texts


def _lines(declared: AnyDocumentType, post: QueryDict) -> list[TypedLine]:
    inputs = line_inputs(declared)
    if not inputs:
        return []
    indexes = set()
    for name in post:
        parts = name.split("-", 2)
        if len(parts) == 3 and parts[0] == PREFIX and parts[1].isdecimal() and len(parts[1]) < 7:
            indexes.add(int(parts[1]))
    lines = []
    for index in sorted(indexes):
        prefix = f"{PREFIX}-{index}-"
        if not post.get(f"{prefix}{KEPT}", "on"):
            continue
        values, texts = _fields(inputs, post, prefix)
        lines.append(TypedLine(index=index, key=post.get(f"{prefix}id", ""), values=values, texts=texts))
    untouched = blank(inputs)
    return [line for line in lines if not line.is_empty(untouched)]


def blank(inputs: list[Input]) -> dict[str, str]:
    """A new row as the form shows it: the columns' defaults."""
    return {each.name: as_text(each.field.get_default()) if each.field.has_default() else "" for each in inputs}


def _base(text: str) -> dict[str, Any]:
    try:
        read_back = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}  # a damaged base makes every difference a question, which loses nothing
    return read_back if isinstance(read_back, dict) else {}


def as_text(stored: Any) -> str:
    """A stored value as a form holds it: ISO days, plain decimals, keys; instants in the zone of the page."""
    if stored is None or stored is False:
        return ""
    if stored is True:
        return "on"
    if isinstance(stored, Decimal):
        text = format(stored.normalize(), "f")
        return "0" if text == "-0" else text
    if isinstance(stored, datetime):
        return timezone.localtime(stored).strftime("%Y-%m-%dT%H:%M")
    if isinstance(stored, date):
        return stored.isoformat()
    return str(stored)


def of_document(declared: AnyDocumentType, document: Any) -> Typed:
    """A stored record as its form starts: one statement for the lines."""
    values = {each.name: as_text(getattr(document, each.field.attname)) for each in header_inputs(declared)}
    lines: list[TypedLine] = []
    inputs = line_inputs(declared)
    if declared.lines is not None and inputs:
        columns = [each.field.attname for each in inputs]
        rows = declared.lines.model._default_manager.filter(document_id=document.pk).order_by("line_no")
        for index, row in enumerate(rows.values("id", *columns)):
            texts = {each.name: as_text(row[each.field.attname]) for each in inputs}
            lines.append(TypedLine(index=index, key=str(row["id"]), values=texts))
    typed = Typed(values=values, texts={}, lines=lines, version=document.version)
    typed.base = snapshot(typed)
    return typed


def snapshot(typed: Typed) -> dict[str, Any]:
    """The values of a form as plain data."""
    return {"values": typed.values, "lines": {line.key: line.values for line in typed.lines if line.key}}


def payload(inputs: list[Input], values: Mapping[str, str], *, is_new: bool) -> dict[str, Any]:
    """Typed values as the draft takes them: empty ones of a new row leave the column's default standing."""
    taken: dict[str, Any] = {}
    for each in inputs:
        text = values.get(each.name, "")
        if each.is_boolean:
            taken[each.name] = bool(text)
        elif not text.strip() and is_new and each.field.has_default() and not each.field.null:
            continue
        elif isinstance(each.field, models.DateTimeField) and text:
            taken[each.name] = _with_zone(text)
        else:
            taken[each.name] = text
    return taken


def _with_zone(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=timezone.get_current_timezone())
    return instant.isoformat()


def is_key(text: str) -> bool:
    """Whether a text is a key."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
