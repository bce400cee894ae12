"""The form of a record: from its declaration to inputs, from what was typed to a draft, and back with every error."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from uuid import UUID, uuid4

from django.db import models
from django.utils.translation import gettext as _

from meridian.kernel.declare import column_path
from meridian.kernel.drafts import MAX_LINES
from meridian.kernel.findings import Refused
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import addresses, pickers, standing, typed
from meridian.platform.screens.derive.columns import kind_of
from meridian.platform.screens.derive.provided import SiteChoice, provided
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.derive.typed import PREFIX, Input, Typed, TypedLine
from meridian.platform.screens.view import (
    Column,
    Crumb,
    EditField,
    EditLines,
    EditPage,
    EditRow,
    FieldGroup,
    Option,
    Text,
)

SELECT_MAX = 40
"""A referenced table with at most this many rows is a select in the header, …"""
LINE_SELECT_MAX = 40
"""… and with at most this many in a line."""
Errors = dict[str, list[str]]
"""Field name as in the form (`supplier`, `lines-3-quantity`, `` for the whole) → sentences."""

Kind = Literal["text", "long_text", "integer", "decimal", "date", "datetime", "choice", "boolean", "reference"]


@dataclass
class Choices:
    """Options and words of referenced tables, each table read once for a page."""

    declared: AnyDocumentType
    reader: Reader
    rows: dict[type[models.Model], list[pickers.Labelled]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def of(self, model: type[models.Model], limit: int) -> list[pickers.Labelled] | None:
        """The rows of a table, or None when it has more than `limit`."""
        if model not in self.rows:
            self.rows[model] = pickers.labelled_rows(model, limit=SELECT_MAX + 1, reader=self.reader)
        return self.rows[model] if len(self.rows[model]) <= limit else None

    def learn(self, inputs: Sequence[Input], values: Sequence[Mapping[str, str]]) -> None:
        """Reads the words of all keys that pickers will show: one statement for each table."""
        wanted: dict[type[models.Model], set[UUID]] = {}
        for each in inputs:
            if each.target is not None:
                keys = {UUID(row[each.name]) for row in values if typed.is_key(row.get(each.name, ""))}
                wanted.setdefault(each.target, set()).update(keys)
        for model, keys in wanted.items():
            missing = [key for key in keys if str(key) not in self.words]
            self.words |= {str(key): label for key, label in pickers.labels_of(model, missing).items()}


def new_form(declared: AnyDocumentType, given: Mapping[str, str]) -> Typed:
    """An empty form; parameters of the address fill columns of their name."""
    values = {}
    for each in typed.header_inputs(declared):
        default = each.field.get_default() if each.field.has_default() else None
        values[each.name] = given.get(each.name, typed.as_text(default))
    lines = [TypedLine(index=0, key="", values=typed.blank(typed.line_inputs(declared)))] if declared.lines else []
    return Typed(values=values, texts={}, lines=lines, site_id=given.get("site_id", ""))


def edit_page(
    declared: AnyDocumentType, document: Any | None, form: Typed, reader: Reader, errors: Errors | None = None
) -> EditPage:
    """The form with what was typed; statements: one or two for each referenced table, none for each line."""
    errors = errors or {}
    choices, sites = Choices(declared, reader), _sites(declared, reader) if document is None else []
    headers, lines = typed.header_inputs(declared), typed.line_inputs(declared)
    choices.learn(headers, [form.values])
    choices.learn(lines, [line.values for line in form.lines])
    governed = {column_path(ref) for ref in declared.reason_on_change} if document is not None else set()
    base = form.base.get("values", {}) if isinstance(form.base.get("values"), dict) else {}
    fields = [
        _edit_field(each, form.values.get(each.name, ""), form.texts.get(each.name, ""), choices, SELECT_MAX,
                    errors=errors.get(each.name, ()), governed=each.name in governed, original=base.get(each.name, ""))
        for each in headers
    ]  # fmt: skip
    if document is None:
        fields[:0] = _site_field(form, errors, sites)
        title, url = _("新建%(type)s") % {"type": declared.label}, addresses.new_url(declared)
        cancel, crumb = addresses.list_url(declared), Crumb(label=_("新建"))
    else:
        title = _("编辑%(type)s %(number)s") % {"type": declared.label, "number": document.number}
        url = addresses.step_url(declared, document.pk, "edit")
        cancel = addresses.page_url(declared, document.pk)
        crumb = Crumb(label=document.number, url=cancel)
    return EditPage(
        title=title,
        url=url,
        cancel_url=cancel,
        crumbs=(Crumb(label=declared.label, url=addresses.list_url(declared)), crumb),
        groups=(FieldGroup(label="", fields=tuple(fields)),) if fields else (),
        lines=_edit_lines(declared, lines, form, choices, errors, document) if lines else None,
        hidden=_hidden(form, document, sites),
        errors=_summary(errors),
        asks_reason=bool(governed),
        reason=form.reason,
        reason_error=errors.get("reason", [""])[0],
    )


def _sites(declared: AnyDocumentType, reader: Reader) -> list[SiteChoice]:
    """The sites the reader may draft for: all, unless every post that drafts is held for sites."""
    held = reader.grants.of(declared.permission("draft"))
    named = {grant.scope_id if grant.scope_kind == "site" else None for grant in held}
    return [each for each in provided().sites() if None in named or each.id in named]


def _hidden(form: Typed, document: Any | None, sites: Sequence[SiteChoice]) -> tuple[tuple[str, str], ...]:
    hidden = [("key", uuid4().hex)]
    if document is not None:
        hidden.append(("version", str(form.version if form.version is not None else document.version)))
        hidden.append(("base", json.dumps(form.base, ensure_ascii=False, separators=(",", ":"))))
    if document is None and len(sites) == 1:
        hidden.append(("site_id", str(sites[0].id)))
    return tuple(hidden)


def _site_field(form: Typed, errors: Errors, sites: Sequence[SiteChoice]) -> list[EditField]:
    if len(sites) == 1:
        return []
    options = tuple(
        Option(value=str(each.id), label=each.label, is_selected=str(each.id) == form.site_id) for each in sites
    )
    said = tuple(errors.get("site_id", ()))
    return [
        EditField(name="site_id", label=_("场所"), kind="choice", value=form.site_id, options=options, required=True,
                  errors=said)
    ]  # fmt: skip


def _kind(each: Input) -> Kind:
    column = each.field
    if each.target is not None:
        return "reference"
    if each.is_boolean:
        return "boolean"
    if column.choices:
        return "choice"
    if isinstance(column, models.DateTimeField):
        return "datetime"
    if isinstance(column, models.DateField):
        return "date"
    if isinstance(column, models.DecimalField):
        return "decimal"
    if isinstance(column, models.IntegerField):
        return "integer"
    return "long_text" if isinstance(column, models.TextField) else "text"


def _edit_field(
    each: Input, value: str, text: str, choices: Choices, select_max: int, *,
    errors: Sequence[str] = (), governed: bool = False, original: str = "",
) -> EditField:  # fmt: skip
    kind = _kind(each)
    options: tuple[Option, ...] = ()
    address, shown = "", ""
    if each.target is not None:
        rows = choices.of(each.target, select_max)
        if rows is None:
            address = pickers.options_url(each.target)
            shown = choices.words.get(value, text)
        else:
            kind, options = "choice", pickers.as_options(rows, value)
    elif kind == "choice":
        options = tuple(
            Option(value=str(key), label=label, is_selected=str(key) == value)
            for key, label in each.field.flatchoices if key != ""
        )  # fmt: skip
    return EditField(
        name=each.name,
        label=each.field.verbose_name,
        kind=kind,
        value=value,
        text=shown,
        required=each.is_required and kind != "boolean",
        help=cast("Text", each.field.help_text),
        options=options,
        options_url=address,
        errors=tuple(errors),
        reason_on_change=governed,
        original=str(original),
        max_length=each.field.max_length if kind in ("text", "long_text") else None,
        width="full" if kind == "long_text" else "half",
    )


def _edit_lines(
    declared: AnyDocumentType, inputs: list[Input], form: Typed, choices: Choices, errors: Errors, document: Any | None
) -> EditLines:
    told, stored = standing.standing(declared, choices.reader, document)
    rows = tuple(
        _edit_row(inputs, line, choices, errors, standing.fields(told, stored.get(line.key, {}))) for line in form.lines
    )
    places: list[Literal["title", "sub", "fact"]] = ["title", "sub", "sub"]
    columns = tuple(
        Column(name=each.name, label=each.field.verbose_name, kind=kind_of(each.field),
               phone=places[n] if n < len(places) else "fact",
               width="wide" if each.target is not None else "normal")
        for n, each in enumerate(inputs)
    )  # fmt: skip
    blank = TypedLine(index=0, key="", values=typed.blank(inputs))
    return EditLines(
        columns=(*standing.headings(told), *columns),
        rows=rows,
        blank=_edit_row(inputs, blank, choices, {}, standing.fields(told, {})),
        label=declared.lines.label if declared.lines is not None else "",
        prefix=PREFIX,
        max_rows=MAX_LINES,
    )


def _edit_row(
    inputs: list[Input], line: TypedLine, choices: Choices, errors: Errors, before: Sequence[EditField]
) -> EditRow:
    fields = tuple(
        _edit_field(each, line.values.get(each.name, ""), line.texts.get(each.name, ""), choices, LINE_SELECT_MAX,
                    errors=errors.get(f"{PREFIX}-{line.index}-{each.name}", ()))
        for each in inputs
    )  # fmt: skip
    return EditRow(index=line.index, key=line.key, fields=(*before, *fields))


def _summary(errors: Errors) -> tuple[tuple[str, str], ...]:
    return tuple((sentence, f"f-{name}" if name else "") for name, said in errors.items() for sentence in said)


def resolve_words(declared: AnyDocumentType, form: Typed, reader: Reader) -> Errors:
    """Gives typed words their key: “苏州启明” becomes the supplier of that name; what names no one row is an error."""
    errors: Errors = {}
    known: dict[tuple[type[models.Model], str], UUID | None] = {}
    places = [("", typed.header_inputs(declared), form.values, form.texts)]
    inputs = typed.line_inputs(declared)
    places += [(f"{PREFIX}-{line.index}-", inputs, line.values, line.texts) for line in form.lines]
    for prefix, each_inputs, values, texts in places:
        for each in each_inputs:
            text = texts.get(each.name, "").strip()
            if each.target is None or values.get(each.name) or not text:
                continue
            if (each.target, text) not in known:
                known[each.target, text] = pickers.resolve(each.target, text, reader)
            key = known[each.target, text]
            if key is None:
                sentence = _("没有叫“%(text)s”的%(field)s，请从列表中选择。")
                errors[prefix + each.name] = [sentence % {"text": text, "field": each.field.verbose_name}]
            else:
                values[each.name] = str(key)
    return errors


def errors_of(refused: Refused, form: Typed) -> Errors:
    """Each finding at the field it is about; `lines.3.quantity` counts the lines that were sent."""
    errors: Errors = {}
    for finding in refused.findings:
        name = finding.field
        parts = name.split(".", 2)
        if len(parts) == 3 and parts[0] == PREFIX and parts[1].isdecimal() and int(parts[1]) < len(form.lines):
            name = f"{PREFIX}-{form.lines[int(parts[1])].index}-{parts[2]}"
        errors.setdefault(name, []).append(str(finding.evidence))
    return errors
