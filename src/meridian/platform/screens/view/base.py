"""Small parts that every page uses: badges, links, cells, actions, the signature prompt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from django.utils.functional import Promise

Text: TypeAlias = str | Promise
"""Words for people: a string, or a lazy translation evaluated in the reader's language."""

Value: TypeAlias = str | Promise | Decimal | int | date | datetime | None
"""What a cell or fact holds. A `datetime` is aware, shown in the site's zone; a `date` is never shifted."""

Tone: TypeAlias = Literal["neutral", "info", "ok", "warn", "bad", "violet"]
"""info running · violet waits for a person or held · ok accepted · warn attention, quarantine ·
bad rejected, overdue, blocked · neutral draft, closed."""

Icon: TypeAlias = str
"""Name of a Tabler outline icon in `icons.txt`; an unknown name raises when the page is rendered."""

CellKind: TypeAlias = Literal[
    "text", "id", "link", "number", "quantity", "money", "percent",
    "date", "due", "expiry", "datetime", "badge", "gate", "progress", "boolean",
]  # fmt: skip
"""`id` the record's own number, bold, links to it · `due` a day with its distance from today ("12 天后", "逾期 5 天") ·
`expiry` a last usable day with what remains ("余 709 天"); usable through that day,
so the next day is the first in red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A status: tone and word, never colour alone. `dot=False` for a soft tag with an icon (冷链)."""

    label: Text
    tone: Tone = "neutral"
    dot: bool = True
    icon: Icon = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A decisive fact of the record, outlined (III类). `title` explains it on hover and to screen readers."""

    label: Text
    icon: Icon = ""
    tone: Tone | None = None
    title: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place to go, shown as text or as a quiet button."""

    label: Text
    url: str
    icon: Icon = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """One step of the breadcrumb; the last has no `url`."""

    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence in a tinted box: information, warning, four-eyes hint."""

    sentence: Text
    tone: Tone = "info"
    icon: Icon = "info-circle"
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValue:
    """One line of a small fact list (sign dialog, rail, section). `kind` formats `value` as in a cell."""

    label: Text
    value: Value
    kind: CellKind = "text"
    unit: Text = ""
    url: str = ""
    note: Text = ""
    is_code: bool = False
    """Hashes and other machine strings: monospace, copied clean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a select, radio group or picker. A disabled one stays visible with its `note` (资质已过期)."""

    value: str
    label: Text
    is_selected: bool = False
    is_disabled: bool = False
    note: Text = ""
    """Second line: specification, status, certificate expiry, or why it cannot be chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCount:
    """The mini gate of a list row or todo: how many preconditions hold. `ready` is the word when all do (可审批)."""

    met: int
    total: int
    ready: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A bar with its words: `done` of `total`, `label` pre-formatted (“87/180”)."""

    done: Decimal
    total: Decimal
    label: Text
    tone: Tone = "info"


@dataclass(slots=True, kw_only=True)  # not frozen: thousands are made, and freezing takes most of that time
class Cell:
    """One table cell. `kind` chooses the format and says which of the other fields count.

    `money` takes `unit` as currency symbol (empty in tables whose heading names it); `quantity` always has a `unit`.
    `note` is a second, quieter line; `tags` follow the text; `dot` is a quality dot before it, `dot_title` its word.
    """

    kind: CellKind = "text"
    value: Value = None
    unit: Text = ""
    url: str = ""
    tone: Tone | None = None
    note: Text = ""
    note_tone: Tone | None = None
    strong: bool = False
    tags: tuple[Tag, ...] = ()
    dot: Tone | None = None
    dot_title: Text = ""
    badge: Badge | None = None
    gate: GateCount | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One table column. `phone` says where its cells stand when a row becomes a card under 576 px.

    title: first line left · status: first line right · sub: second line · fact: third line, with the column's label ·
    hidden: not on phones. Numbers align to the end by themselves (`kind`); `whole` widths take as many lines as needed.
    """

    name: str
    label: Text
    kind: CellKind = "text"
    phone: Literal["title", "status", "sub", "fact", "hidden"] = "fact"
    width: Literal["narrow", "normal", "wide", "whole"] = "normal"
    is_pinned: bool = False
    sort: Literal["ascending", "descending"] | None = None
    sort_url: str = ""
    """Empty: the column cannot be sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record or line: cells in the order of the columns. `key` is its id (selection, keyboard)."""

    key: str
    cells: tuple[Cell, ...]
    url: str = ""
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPrompt:
    """What the e-signature dialog shows before a person signs (UX §6.2).

    Posts `password`, `code` (second factor), `passkey` (JSON of the assertion), `meaning`, `remark`, `content_hash`.
    """

    title: Text
    """“质管复核通过”; the dialog writes “电子签名 · ” before it."""
    facts: tuple[KeyValue, ...]
    """Type, number and version; key content; signer and role; time with zone is added by the server after signing."""
    content_hash: str
    """Full hex of what is signed, posted back; shown shortened."""
    meanings: tuple[Option, ...]
    signer: Text
    at: datetime
    """The server's time at which the prompt was made; the signature bears the time of signing."""
    asks_password: bool = True
    asks_code: bool = True
    passkey_options_url: str = ""
    """Empty: the signer has no passkey."""
    four_eyes: Note | None = None
    session_hint: Text = ""
    """“连续签署：15 分钟内再签只需动态口令”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A transition (or edit, copy, void) offered on a record.

    With `blocked_count` it is drawn dashed, “… · 差 n 项”, focusable, and leads to the gate panel. With `signature`,
    `remark` or `confirm` it opens a dialog; without JavaScript `page_url` answers the same form as a page
    (`ActionPage`). Otherwise it is a form posting to `url` (`method="post"`) or a link (`"get"`). `hidden` travels
    with every post: version, idempotency key.
    """

    name: str
    label: Text
    url: str
    kind: Literal["primary", "secondary", "danger"] = "secondary"
    method: Literal["get", "post"] = "post"
    page_url: str = ""
    dialog_url: str = ""
    """A link whose form is fetched into a dialog when asked for; without JavaScript it is the link it is."""
    icon: Icon = ""
    blocked_count: int = 0
    signature: SignPrompt | None = None
    remark: Literal["none", "optional", "required"] = "none"
    remark_label: Text = ""
    """“驳回原因”, “说明（有 1 个提醒项）”; empty: 说明."""
    confirm: Text = ""
    """What will happen, for irreversible acts; the button repeats the verb."""
    hidden: tuple[tuple[str, str], ...] = ()
    errors: tuple[Text, ...] = ()
    """Refusal sentences of the last try, shown on top of the form."""
    remark_value: str = ""
    """Text typed at the last try: never lost."""
    key: str = ""
    """Keyboard hint shown on the button, “Ctrl ↵”."""
