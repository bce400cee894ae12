"""The first page: what waits for this person, by type, oldest first, each linking to the list that proves it."""

from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meridian.kernel import clock
from meridian.kernel.permission import readable
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens import formats
from meridian.platform.screens.derive import addresses, gatepanel
from meridian.platform.screens.derive.columns import about
from meridian.platform.screens.derive.query import MINE, states_waiting
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Cell, GateCount, HomePage, Link, Tile, Todo, Tone

COUNTED_MAX = 100
"""Waiting records counted for each type; more are shown as 100."""
WAITING_SHOWN_MAX = 12
GATED_TYPES_MAX = 3
"""Types whose mini gates are computed on this page; the others show them in their own lists."""


def waiting(reader: Reader, apart: frozenset[str] = frozenset()) -> dict[AnyDocumentType, list[dict[str, Any]]]:
    """Records from whose state the reader may make a move, oldest first, by type but those `apart`; one statement."""
    parts: list[QuerySet[Any, dict[str, Any]]] = []
    for declared in registry.document_types.values():
        scope = readable(reader.grants, declared)
        states = states_waiting(declared, reader)
        if scope is None or not states or declared.code in apart:
            continue
        parts.append(_part(declared, scope, states))
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found: dict[AnyDocumentType, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(registry.document_types[row["type"]], []).append(row)
    return found


def _part(declared: AnyDocumentType, scope: Q, states: list[str]) -> QuerySet[Any, dict[str, Any]]:
    rows: Any = declared.model.objects.filter(scope, state__in=states).order_by("pk")
    literal = Value(declared.code, output_field=CharField())
    part: QuerySet[Any, dict[str, Any]] = rows.annotate(type=literal, about=about(declared)).values(
        "type", "id", "company_id", "site_id", "state", "number", "created_at", "created_by_name", "about"
    )[:COUNTED_MAX]
    return part


def home_page(reader: Reader, apart: frozenset[str] = frozenset()) -> HomePage:
    """The reader's day; types that are `apart` have a place of their own."""
    found = waiting(reader, apart)
    total = sum(len(rows) for rows in found.values())
    todos: list[Todo] = []
    for place, (declared, rows) in enumerate(found.items()):
        share = max(2, WAITING_SHOWN_MAX // max(1, len(found)))
        gates = gatepanel.counts(declared, rows[:share], reader) if place < GATED_TYPES_MAX else {}
        todos.extend(_todo(declared, row, gates.get(row["id"]), reader) for row in rows[:share])
    sentence = ngettext("有 %(n)s 项等您处理", "有 %(n)s 项等您处理", total) % {"n": total}
    return HomePage(
        greeting=_("您好，%(name)s") % {"name": reader.actor.name},
        sentence=sentence if total else _("今天没有待办"),
        tiles=tuple(_tile(declared, len(rows)) for declared, rows in found.items())[:6],
        todos=tuple(todos[:WAITING_SHOWN_MAX]),
        todo_count=total,
        quick=tuple(
            Link(label=_("新建%(type)s") % {"type": each.label}, url=addresses.new_url(each), icon="plus")
            for each in registry.document_types.values()
            if each.creatable and reader.may_draft(each)
        )[:2],
        empty=_("没有等您处理的单据。"),
    )


def _tile(declared: AnyDocumentType, count: int) -> Tile:
    note = _("至少") if count >= COUNTED_MAX else _("待我处理")
    url = addresses.list_url(declared, view=MINE)
    return Tile(label=declared.label, cell=Cell(kind="number", value=count), url=url, note=note)


def _todo(declared: AnyDocumentType, row: dict[str, Any], gate: GateCount | None, reader: Reader) -> Todo:
    step = gatepanel.next_step(declared, row["state"], reader.may_make)
    verb = step.label if step is not None else _("处理")
    is_ready = gate is None or gate.met == gate.total
    tone: Tone = "violet" if is_ready else "warn"
    return Todo(
        label=_("%(action)s %(type)s %(number)s") % {"action": verb, "type": declared.label, "number": row["number"]},
        url=addresses.page_url(declared, row["id"]),
        context=" · ".join(dict.fromkeys(filter(None, [row["about"], row["created_by_name"]]))),
        icon="user-check",
        tone=tone,
        gate=gate,
        due_text=formats.day(timezone.localtime(row["created_at"]).date(), timezone.localdate(clock.now())),
    )
