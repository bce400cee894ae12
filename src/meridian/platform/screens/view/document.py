"""One record with its state, facts, lines, gate, chain and timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .base import Action, Badge, Cell, CellKind, Column, Crumb, KeyValue, Link, Note, Row, Tag, Text, Tone, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusStep:
    """One state of the main path. `note` is who and when (done), or whose turn and time left (now)."""

    label: Text
    phase: Literal["done", "now", "next", "stopped"]
    """stopped: the record left the path here (rejected, void); drawn red."""
    note: Text = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One of the six decisive facts: label, value, and its meaning in words."""

    label: Text
    value: Value
    kind: CellKind = "text"
    unit: Text = ""
    url: str = ""
    note: Text = ""
    note_tone: Tone | None = None
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """One precondition. `must` blocks · `explain` needs a remark at signing · `wait` for someone · `waived` by a
    signed waiver · `pass` holds. `code` is the rule's one token and links to its page; `law` the clause behind it."""

    kind: Literal["must", "explain", "wait", "waived", "pass"]
    sentence: Text
    evidence: Text = ""
    code: str = ""
    code_url: str = ""
    law: Text = ""
    owner: Text = ""
    """Who can cure it, if not this user."""
    since: datetime | None = None
    remedies: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePanel:
    """The preconditions of the next step. `sentence` says the answer (“还差 2 项才能复核”, “可以复核”).

    Rows come sorted: must, explain, wait, waived, pass; passes after the fourth are folded by the template.
    """

    met: int
    total: int
    sentence: Text
    split: Text = ""
    """“1 项必须处理 · 1 项需说明”."""
    rows: tuple[GateRow, ...] = ()
    recheck_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Old and new of one field, pre-formatted; erased personal data arrives as its placeholder."""

    field: Text
    old: Text
    new: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One act: comment, transition, signature, change. `actor` empty: the system, drawn with `icon`."""

    verb: Text
    at: datetime
    actor: str = ""
    icon: str = "circle-dot"
    kind: Literal["transition", "signature", "change", "comment", "refusal", "system"] = "transition"
    changes: tuple[Change, ...] = ()
    reason: Text = ""
    remark: Text = ""
    signature: Text = ""
    """Meaning and short hash; empty: not signed."""
    is_changed_after_signing: bool = False
    url: str = ""
    withdraw_url: str = ""
    """Where its writer takes a comment back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One document type upstream, this document, or one downstream."""

    label: Text
    position: Literal["before", "current", "after"]
    text: Text = ""
    note: Text = ""
    url: str = ""
    tone: Tone = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGrid:
    """Lines as a table. `totals` are cells in column order, empty without a totals row."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Cell, ...] = ()
    note: Text = ""
    empty: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRow:
    """One row of the change or transition trail. `at` is shown with seconds and zone."""

    at: datetime
    actor: str
    role: Text
    what: Text
    """Record and field, or transition label."""
    kind: Literal["change", "transition", "signature", "refusal", "access"] = "change"
    old: Text = ""
    new: Text = ""
    reason: Text = ""
    source: Text = ""
    """页面, 接口, 导入, 扫码, 任务."""
    address: str = ""
    record: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow:
    """A signature as manifested: name, meaning, time with zone, hash."""

    signer: str
    role: Text
    meaning: Text
    at: datetime
    content_hash: str
    remark: Text = ""
    is_changed_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A stored file: always a download. `size` in bytes."""

    name: str
    url: str
    size: int
    at: datetime
    by: str
    digest: str = ""
    badge: Badge | None = None
    withdraw_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A tab of the record; only the current one carries content (the tab is part of the URL)."""

    name: str
    label: Text
    url: str
    is_current: bool = False
    count: int | None = None
    note: Note | None = None
    lines: LineGrid | None = None
    facts: tuple[KeyValue, ...] = ()
    trail: tuple[TrailRow, ...] = ()
    signatures: tuple[SignatureRow, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    attach: Action | None = None
    """Posts `file` (multipart); None: this user may not attach."""
    more_url: str = ""
    """Next page of a long trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPager:
    """Where this record stands in the list it was opened from. `position` empty with keyset paging."""

    position: Text = ""
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """`document.html`. `waiting` replaces the primary action on another's turn (“等待 周海峰 审批 · 已 2 小时”)."""

    type_label: Text
    number: str
    url: str
    status: Badge
    crumbs: tuple[Crumb, ...] = ()
    tags: tuple[Tag, ...] = ()
    note: Note | None = None
    pager: RecordPager | None = None
    primary: Action | None = None
    waiting: Text = ""
    secondary: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    related: tuple[Link, ...] = ()
    prints: tuple[Link, ...] = ()
    steps: tuple[StatusStep, ...] = ()
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    chain: tuple[ChainLink, ...] = ()
    chain_note: Text = ""
    chain_actions: tuple[Action, ...] = ()
    """What this reader may make out of this record (下推)."""
    gate: GatePanel | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    timeline_url: str = ""
    comment: Action | None = None
