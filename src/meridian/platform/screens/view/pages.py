"""Home, single action, trail and message pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .base import Action, Badge, Cell, Crumb, GateCount, Icon, Link, Text, Tone
from .document import GatePanel, TrailRow
from .listing import Chip, Filter, Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure of the home page that drills to the list which proves it."""

    label: Text
    cell: Cell
    url: str
    note: Text = ""
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something that waits for this user: verb and object, context, gate, figure, due day."""

    label: Text
    url: str
    context: Text = ""
    icon: Icon = "file-text"
    tone: Tone = "info"
    gate: GateCount | None = None
    figure: Cell | None = None
    due_on: date | None = None
    due_text: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """`home.html`: what must I do. `sentence` states today's load and the earliest deadline."""

    greeting: Text
    sentence: Text
    tiles: tuple[Tile, ...] = ()
    todos: tuple[Todo, ...] = ()
    todo_count: int = 0
    todos_url: str = ""
    alerts: tuple[Todo, ...] = ()
    quick: tuple[Link, ...] = ()
    empty: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPage:
    """`action.html`: one action as a page (no JavaScript, 401, 422). An htmx request is answered with
    `components/action_form.html` alone (`action`, `gate`)."""

    title: Text
    action: Action
    cancel_url: str
    crumbs: tuple[Crumb, ...] = ()
    gate: GatePanel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """`trail.html`: the audit trail, newest first. `proof` is computed, never a decoration."""

    title: Text
    url: str
    rows: tuple[TrailRow, ...]
    crumbs: tuple[Crumb, ...] = ()
    proof: Badge | None = None
    proof_url: str = ""
    filters: tuple[Filter, ...] = ()
    query_kept: tuple[tuple[str, str], ...] = ()
    chips: tuple[Chip, ...] = ()
    pager: Pager | None = None
    exports: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """`message.html`: an answer that is not the page asked for (403, 404, 422, 500, 503): what happened, why, what
    to do next."""

    status: int
    title: Text
    sentence: Text
    why: Text = ""
    findings: GatePanel | None = None
    links: tuple[Link, ...] = ()
    support_id: str = ""
