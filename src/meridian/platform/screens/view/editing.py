"""Forms: a record's header and lines, and the merge after a version conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .base import Column, Crumb, Link, Note, Option, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EditField:
    """One input. `value` is text as typed or as stored (`2026-12-05`, `1156000.00`): what was typed is never lost.

    `reference` is a combobox: it posts the chosen id as `<name>` and the visible text as `<name>__text`; if the id is
    empty the server resolves the text (code, name, mnemonic, barcode) or answers an error. `options_url` gets `q` and
    answers `components/picker_options.html` with `options`. `many` posts `<name>` once per ticked option.
    `readonly` shows the value as text.
    """

    name: str
    label: Text
    kind: Literal[
        "text", "long_text", "integer", "decimal", "date", "datetime", "choice", "many", "boolean",
        "reference", "password", "email", "file", "readonly",
    ] = "text"  # fmt: skip
    value: str = ""
    text: Text = ""
    """Visible text of a `reference` or of a formatted `readonly`."""
    unit: Text = ""
    required: bool = False
    help: Text = ""
    options: tuple[Option, ...] = ()
    options_url: str = ""
    errors: tuple[Text, ...] = ()
    reason_on_change: bool = False
    """A governed field: the form asks `reason` as soon as it differs from `original`."""
    original: str = ""
    max_length: int | None = None
    step: str = ""
    """Smallest unit of a number, “0.01”."""
    autocomplete: str = "off"
    width: Literal["half", "full"] = "half"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields under one heading (an empty label: no heading)."""

    label: Text
    fields: tuple[EditField, ...]
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRow:
    """One line. `index` is the number in its field names (`lines-<index>-item`); `key` its id, empty for a new line.

    Posted: `lines-<index>-id` (key), `lines-<index>-<column>`; a removed row is not posted. Indexes may have gaps.
    Field names here are the bare column names.
    """

    index: int
    fields: tuple[EditField, ...]
    key: str = ""
    errors: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditLines:
    """The line grid in edit mode. `blank` is the row that “add” clones; its index is ignored."""

    columns: tuple[Column, ...]
    rows: tuple[EditRow, ...]
    blank: EditRow
    label: Text = ""
    prefix: str = "lines"
    max_rows: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """`document_edit.html`. A plain form post to `url`; `hidden` holds version and idempotency key.

    `errors` are (sentence, field id or "") pairs of the summary on top; a field's id is `f-<name>`, a line's
    `f-<prefix>-<index>-<name>`. `reason` is shown when a governed field has changed (`asks_reason` forces it).
    """

    title: Text
    url: str
    cancel_url: str
    groups: tuple[FieldGroup, ...]
    crumbs: tuple[Crumb, ...] = ()
    lines: EditLines | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    errors: tuple[tuple[Text, str], ...] = ()
    asks_reason: bool = False
    reason: str = ""
    reason_error: Text = ""
    save_label: Text = ""
    """Empty: 保存."""
    note: Note | None = None
    links: tuple[Link, ...] = ()
    is_multipart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeField:
    """A field that both changed. Posted as `<name>` with the value of the chosen side."""

    name: str
    label: Text
    mine: str
    theirs: str
    mine_text: Text = ""
    theirs_text: Text = ""
    """How the values read; empty: as they are."""
    base_text: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePage:
    """`merge.html`, answered with 409: both values, nothing typed is lost.

    `hidden` has the fields without conflict as typed, the new version and a new idempotency key.
    """

    title: Text
    url: str
    cancel_url: str
    sentence: Text
    """Who changed it and when."""
    fields: tuple[MergeField, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[Crumb, ...] = ()
