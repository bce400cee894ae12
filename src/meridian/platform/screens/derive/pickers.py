"""Choosing a row of another table: its options, its search, and the words typed instead of a key.

Only tables that some declaration's editable column refers to can be asked, by those who may draft such a document, and
rows of documents only within the reader's scope.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from meridian.kernel.declare import ColumnRef, column_field
from meridian.kernel.permission import readable
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.values.pinyin import initials_of
from meridian.platform.prepared import KEYS, prepared
from meridian.platform.screens.derive.columns import naming, type_of_model
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Option

ANSWERS_MAX = 20
INITIALS_ROWS_MAX = 2_000
"""Tables up to this size are also searched by pinyin initials made here; larger ones by their `mnemonic` column."""
FURTHER = ("mnemonic", "specification", "registration_no", "licence_no", "di")


@dataclass(frozen=True)
class Labelled:
    """A row as an option: key, words, second line."""

    key: UUID
    label: str
    note: str
    state: str = ""
    is_closed: bool = False
    """Out of use: shown, not offered; the second line says so."""


def target_of(declared: AnyDocumentType, field: Any) -> type[models.Model] | None:
    """The table a column chooses from: a foreign key's, or the earlier document's that a declared relation names."""
    if isinstance(field, models.ForeignKey):
        related: type[models.Model] = field.related_model
        return related
    if isinstance(field, models.UUIDField):
        for related_to in declared.screen.related:
            other = registry.document_type(related_to.document)
            if related_to.upstream and related_to.field == field.name and other is not None:
                return other.model
    return None


def editable_refs(declared: AnyDocumentType) -> list[ColumnRef]:
    """Every column of a type that its form writes."""
    return [*declared.editable, *(declared.lines.editable if declared.lines else ())]


def model_at(app: str, name: str, reader: Reader) -> type[models.Model]:
    """The table of a picker's address; raises Http404 for any table this reader has no form for."""
    for declared in registry.document_types.values():
        if not reader.may_draft(declared):
            continue
        for ref in editable_refs(declared):
            model = target_of(declared, column_field(ref))
            if model is not None and (model._meta.app_label, model._meta.model_name) == (app, name):
                return model
    raise Http404("no such picker")


def options_url(model: type[models.Model]) -> str:
    """Where a picker over this table asks."""
    return f"/pick/{model._meta.app_label}/{model._meta.model_name}"


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns an option is made of, and those it is found by."""
    names = {field.name for field in model._meta.concrete_fields}
    name, code = naming(model)
    further = tuple(each for each in FURTHER if each in names)
    shown = tuple(each for each in (name, code, *further) if each and each not in ("mnemonic", "di"))
    return shown, tuple(dict.fromkeys((*(each for each in (code, name) if each), *further)))


def rows_in_reach(model: type[models.Model], reader: Reader | None) -> QuerySet[Any]:
    """The rows of the company; of a document type only those in the reader's scope."""
    rows: QuerySet[Any] = model._default_manager.all()
    declared = type_of_model(model)
    if declared is not None and reader is not None:
        scope = readable(reader.grants, declared)
        # masters are chosen by people who need not read their whole record; their own list stays closed to them
        rows = rows.filter(scope) if scope is not None else rows
    return rows


def labelled_rows(
    model: type[models.Model], *, condition: Q | None = None, limit: int = ANSWERS_MAX, reader: Reader | None = None
) -> list[Labelled]:
    """Rows as options, by code; one statement."""
    shown, _searched = _columns(model)
    if condition is not None or reader is not None:
        return [
            _labelled(row, shown) for row in _read(model, rows_in_reach(model, reader).filter(condition or Q()), limit)
        ]
    every = prepared((model, "options", limit), lambda: _read(model, rows_in_reach(model, None), limit))
    return [_labelled(row, shown) for row in every.rows()]


def _read(model: type[models.Model], rows: QuerySet[Any], limit: int | None) -> QuerySet[Any, Any]:
    shown, searched = _columns(model)
    told = {"state", "is_active"} & {field.name for field in model._meta.concrete_fields}
    return rows.order_by(searched[0] if searched else "pk").values("pk", *shown, *sorted(told))[:limit]


def _labelled(row: dict[str, Any], shown: Sequence[str]) -> Labelled:
    words = [str(row[column]) for column in shown if row[column]]
    first, rest = (words[0], words[1:]) if words else (str(row["pk"]), [])
    is_closed = not row.get("is_active", True)
    note = " · ".join([*rest, _("已停用")] if is_closed else rest)
    return Labelled(key=row["pk"], label=first, note=note, state=row.get("state") or "", is_closed=is_closed)


def search(model: type[models.Model], text: str, reader: Reader) -> list[Labelled]:
    """Rows whose code, name, mnemonic or pinyin initials hold every word of the text: at most `ANSWERS_MAX`."""
    text = text.strip().replace("\x00", "")[:80]
    _shown, searched = _columns(model)
    condition = Q()
    for word in text.replace("·", " ").split():
        condition &= Q(*((f"{column}__icontains", word) for column in searched), _connector=Q.OR)
    found = labelled_rows(model, condition=condition if text else None, reader=reader)
    if found or not text.isascii() or not text.isalpha():
        return found
    every = labelled_rows(model, limit=INITIALS_ROWS_MAX + 1, reader=reader)
    if len(every) > INITIALS_ROWS_MAX:
        return []
    return [row for row in every if text.lower() in initials(row.label)][:ANSWERS_MAX]


def initials(text: str) -> str:
    """Pinyin initials in small letters: 苏州启明 → szqm."""
    return initials_of(text).lower()


def resolve(model: type[models.Model], text: str, reader: Reader) -> UUID | None:
    """The one row a typed text names by code or name; None when there is none or more than one."""
    name, code = naming(model)
    condition = Q()
    for column in filter(None, (code, name)):
        condition |= Q(**{f"{column}__iexact": text.strip()})
    if not condition:
        return None
    found = labelled_rows(model, condition=condition, limit=2, reader=reader)
    return found[0].key if len(found) == 1 else None


def labels_of(model: type[models.Model], keys: Iterable[UUID]) -> dict[UUID, str]:
    """The words of chosen rows; one statement, none without keys."""
    wanted = list(keys)
    if not wanted:
        return {}
    asked = prepared((model, "labels"), lambda: _read(model, rows_in_reach(model, None).filter(pk__in=[KEYS]), None))
    labels = [_labelled(row, _columns(model)[0]) for row in asked.rows(keys=wanted)]
    return {row.key: row.label for row in labels}


def as_options(rows: Sequence[Labelled], chosen: str = "") -> tuple[Option, ...]:
    """Rows as options of a select or picker; one out of use cannot be chosen, but stays where it was chosen before."""
    return tuple(
        Option(value=(key := str(row.key)), label=row.label, note=row.note, is_selected=key == chosen,
               is_disabled=row.is_closed and key != chosen)
        for row in rows
    )  # fmt: skip
