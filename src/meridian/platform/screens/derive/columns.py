"""From a column reference to what is shown: label, kind, unit, and the plain values to read for it.

Rows are read with `.values()`: a column names the look-up paths it needs and makes its cell of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import ColumnRef, column_field, column_path
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.values.fields import MoneyField, QuantityField, UnitPriceField
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.view import Badge, Cell, CellKind, Column, KeyValue, Text, Tone

NAMES = ("name", "device_name", "title")
CODES = ("number", "code", "lot_no", "serial_no", "username")
UNITS = ("base_unit", "unit")
SECOND_LINE = ("model", "specification")
EXPIRY_DAYS = frozenset({"expires_on", "valid_until", "ends_on"})
DUE_DAYS = frozenset({"promised_on", "due_on", "required_on"})
CURRENCY = "¥"
TONES: tuple[Tone, ...] = ("neutral", "info", "ok", "warn", "bad", "violet")

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """A column as it is shown. `paths` are what its rows must hold."""

    path: str
    field: Any
    label: Text
    kind: CellKind
    value_path: str
    note_paths: tuple[str, ...] = ()
    """What stands in the quieter second line."""
    key_path: str = ""
    """The key of the record a reference leads to."""
    unit_path: str = ""
    unit_choices: Mapping[Any, Text] | None = None
    choices: Mapping[Any, Text] | None = None
    target: AnyDocumentType | None = None
    """The document type a reference leads to."""
    type_path: str = ""
    """Where each row says that type itself."""

    @property
    def name(self) -> str:
        """The column's own name, last step of the path."""
        return str(self.field.name)

    @property
    def paths(self) -> list[str]:
        """Look-up paths to read."""
        return list(filter(None, [self.value_path, *self.note_paths, self.unit_path, self.key_path, self.type_path]))

    def value(self, row: Values) -> Any:
        """What the cell holds: choices as words, everything else as stored."""
        stored = row[self.value_path]
        return self.choices.get(stored, stored) if self.choices is not None else stored

    def unit(self, row: Values) -> Text:
        """The unit of a quantity, the currency of an amount in a fact."""
        if not self.unit_path:
            return ""
        stored = row[self.unit_path]
        return (self.unit_choices or {}).get(stored, stored) or ""

    def url(self, row: Values) -> str:
        """Where the reference leads."""
        key = row.get(self.key_path)
        target = registry.document_type(row[self.type_path]) if self.type_path else self.target
        return addresses.page_url(target, key) if target is not None and isinstance(key, UUID) else ""


@cache
def naming(model: type[models.Model]) -> tuple[str, str]:
    """The columns that name a row in words and by code; either may be empty."""
    names = {field.name for field in model._meta.concrete_fields}
    return next((name for name in NAMES if name in names), ""), next((code for code in CODES if code in names), "")


def type_of_model(model: Any) -> AnyDocumentType | None:
    """The document type that is kept in this table."""
    return next((each for each in registry.document_types.values() if each.model is model), None)


def kind_of(field: Any) -> CellKind:
    """How values of a field are written."""
    if isinstance(field, MoneyField | UnitPriceField):
        return "money"
    if isinstance(field, QuantityField):
        return "quantity"
    if isinstance(field, models.BooleanField):
        return "boolean"
    if isinstance(field, models.DateTimeField):
        return "datetime"
    if isinstance(field, models.DateField):
        return "expiry" if field.name in EXPIRY_DAYS else "due" if field.name in DUE_DAYS else "date"
    if isinstance(field, models.DecimalField | models.IntegerField):
        return "number"
    return "text"


def shown_of(ref: ColumnRef) -> Shown:
    """What a column reference shows."""
    return _shown(ref, get_language())


@cache
def _shown(ref: Any, language: str | None) -> Shown:
    """Once for each language, which some labels are made in."""
    del language
    path, field = column_path(ref), column_field(ref)
    first = path.rpartition("__")[0]
    value_path, key_path, label = path, "", field.verbose_name
    note_paths: tuple[str, ...] = ()
    target = None
    if isinstance(field, models.ForeignKey):
        name, code = naming(field.related_model)
        value_path = f"{path}__{name or code}" if name or code else path
        note_paths = (f"{path}__{code}",) if name and code else ()
        target, key_path = type_of_model(field.related_model), path
    elif isinstance(ref, tuple) and field.name in (names := naming(field.model)):
        # a name or number of another record is headed by what that record is here
        of = column_field(ref[:-1]).verbose_name
        label = of if field.name == names[0] or not names[0] else _("%(of)s编号") % {"of": of}
        target, key_path = type_of_model(field.model), first
    stem, type_path = field.name.removesuffix("_number"), ""
    beside = {each.name for each in field.model._meta.concrete_fields}
    if stem != field.name and {f"{stem}_id", f"{stem}_type"} <= beside:
        key_path, type_path = (path.removesuffix("number") + end for end in ("id", "type"))
    unit_path, unit_choices = _unit(field, first) if isinstance(field, QuantityField) else ("", None)
    return Shown(
        path=path,
        field=field,
        label=label,
        kind=kind_of(field),
        value_path=value_path,
        note_paths=note_paths,
        key_path=key_path if target is not None or type_path else "",
        unit_path=unit_path,
        unit_choices=unit_choices,
        choices=dict(field.flatchoices) if getattr(field, "choices", None) else None,
        target=target,
        type_path=type_path,
    )


def about(declared: AnyDocumentType) -> Any:
    """The first fact that is words: the party, the item, the name."""
    words = CharField()
    for ref in declared.screen.facts:
        shown = shown_of(ref)
        if shown.kind == "text" and shown.choices is None and column_path(ref) not in declared.secret:
            return Coalesce(Cast(shown.value_path, words), Value(""), output_field=words)
    return Value("", output_field=words)


def folded(shown: Sequence[Shown]) -> list[Shown]:
    """Columns of lines with each record named in one cell: its name, and below it number, model and specification.

    A unit that stands beside its quantity already gets no column of its own.
    """
    has_units = any(each.unit_path for each in shown)
    names = {_prefix(each): each.path for each in shown if each.name == naming(each.field.model)[0]}
    kept: dict[str, Shown] = {}
    for each in shown:
        if has_units and each.name in UNITS:
            continue
        at = _named_with(each, names)
        if at is None:
            kept[each.path] = each
            continue
        known = kept.get(at)
        base = each if each.path == at or known is None else known
        notes = known.note_paths if known is not None else ()
        kept[at] = replace(
            base,
            note_paths=notes if each.path == at else (*notes, each.path),
            target=each.target or (known.target if known is not None else None),
            key_path=each.key_path or (known.key_path if known is not None else ""),
        )
    return list(kept.values())


def _prefix(shown: Shown) -> str:
    return shown.path.rpartition("__")[0]


def _named_with(shown: Shown, names: Mapping[str, str]) -> str | None:
    """The path of the name a column belongs under: of the same record, or of the copy the line itself keeps."""
    prefix = _prefix(shown)
    name, code = naming(shown.field.model)
    beside = (name, code, *SECOND_LINE) if prefix else (name, *SECOND_LINE)
    if prefix in names and shown.name in beside:
        return names[prefix]
    return names.get("") if prefix and shown.name == "number" else None


def _unit(field: Any, prefix: str) -> tuple[str, Mapping[Any, Text] | None]:
    """The unit a quantity counts in: a column of its own table, else of the item its line names."""
    before = f"{prefix}__" if prefix else ""
    candidates = [("", field.model)]
    candidates += [
        (f"{each.name}__", each.related_model)
        for each in field.model._meta.concrete_fields
        if isinstance(each, models.ForeignKey)
    ]
    for step, model in candidates:
        for found in model._meta.concrete_fields:
            if found.name in UNITS:
                return f"{before}{step}{found.name}", dict(found.flatchoices) if found.choices else None
    return "", None


def all_paths(shown: Iterable[Shown], *more: str) -> list[str]:
    """The paths of several columns, each once, in order."""
    return list(dict.fromkeys([*more, *(path for each in shown for path in each.paths)]))


def cell(shown: Shown, row: Values, *, with_note: bool = False) -> Cell:
    """One table cell. Amounts stand without currency sign: the column's heading says what they are."""
    note = " · ".join(str(row[path]) for path in shown.note_paths if row.get(path)) if with_note else ""
    url = shown.url(row) if with_note else ""  # in a list the row leads to its own record
    return Cell(kind=shown.kind, value=shown.value(row), unit=shown.unit(row), url=url, note=note)


def fact_values(shown: Shown, row: Values) -> KeyValue:
    """The column as one line of a fact list."""
    value = shown.value(row)
    unit: Text = CURRENCY if shown.kind == "money" else shown.unit(row)
    if isinstance(value, bool):
        return KeyValue(label=shown.label, value="✓" if value else None)
    return KeyValue(label=shown.label, value=value, kind=shown.kind, unit=unit, url=shown.url(row))


def state_badge(declared: AnyDocumentType, state: str) -> Badge:
    """A state in its tone and words; a state the declaration no longer knows is shown by its code."""
    key: Any = declared
    return _badges(key).get(state) or Badge(label=state)


@cache
def _badges(declared: Any) -> dict[str, Badge]:
    tones: dict[str, Tone] = {state: tone for state, tone in declared.screen.tones.items() if tone in TONES}
    return {state: Badge(label=label, tone=tones.get(state, "neutral")) for state, label in declared.states.choices}


def table_columns(shown: Sequence[Shown]) -> tuple[Column, ...]:
    """Table headings: on phones two columns stand in words, the next three with their label."""
    places = ["sub", "sub", "fact", "fact", "fact"]
    phones = places + ["hidden"] * max(0, len(shown) - len(places))
    wide = frozenset({"device_name", "note", "description", "justification"})
    return tuple(
        Column(
            name=each.path,
            label=each.label,
            kind=each.kind,
            phone="sub" if phone == "sub" else "fact" if phone == "fact" else "hidden",
            width="wide" if each.name in wide else "normal",
        )
        for each, phone in zip(shown, phones, strict=False)
    )
