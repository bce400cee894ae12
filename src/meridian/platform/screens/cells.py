"""Table cells as HTML. In Python, not in a template: a page has hundreds, and one include costs more than a row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from . import formats
from .icons import NAMES
from .markup import NOTHING, escaped, filled, joined
from .view import Badge, Cell, CellKind, GateCount, Progress, Tag, Text, Tone, Value

EMPTY = SafeString('<span class="m-none m-faint">—</span>')
NUMERIC: frozenset[CellKind] = frozenset({"number", "quantity", "money", "percent"})
FIGURES: frozenset[CellKind] = frozenset({"badge", "gate", "progress", "boolean"})


def icon(name: str, size: int = 18, title: Text = "") -> SafeString:
    """An icon of the sprite; with `title` it speaks, else it is decoration. KeyError for a name not in `icons.txt`."""
    return _icon(name, size, str(title))


@lru_cache(maxsize=1024)
def _icon(name: str, size: int, title: str) -> SafeString:
    if name not in NAMES:
        raise KeyError(f"icon {name!r} is not in icons.txt")
    href = f"{static('screens/vendor/icons.svg')}#i-{name}"
    style = "i" if size == 18 else f"i i-{size}"
    if title:
        mark = '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>'
        return filled(mark, style, title, href)
    return filled('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', style, href)


def badge(value: Badge, size: str = "") -> SafeString:
    """Dot or icon, and word, in the tone's colours."""
    classes = " ".join(filter(None, ("m-b", value.tone, "dot" if value.dot and not value.icon else "", size)))
    return filled('<span class="{}">{}{}</span>', classes, icon(value.icon, 14) if value.icon else "", value.label)


def tag(value: Tag) -> SafeString:
    """An outlined fact, or a bare icon when it has no label."""
    if not value.label:
        return filled('<span class="t-{}">{}</span>', value.tone or "info", icon(value.icon, 14, value.title))
    classes = f"m-b {value.tone}" if value.tone else "m-b out"
    mark = icon(value.icon, 14) if value.icon else ""
    return filled('<span class="{}"{}>{}{}</span>', classes, title_of(value.title), mark, value.label)


def title_of(text: Text) -> SafeString:
    """A `title` attribute, or nothing."""
    return filled(' title="{}"', text) if text else NOTHING


def gate_count(value: GateCount) -> SafeString:
    """One bar per precondition (up to twelve), met green and open amber, and the word."""
    missing = value.total - value.met
    words = ngettext("差 %(count)s 项", "差 %(count)s 项", missing) % {"count": missing}
    title = gettext("前置条件 %(met)s/%(total)s 已满足") % {"met": value.met, "total": value.total}
    shown = min(value.total, 12)
    met = min(value.met, shown) if not missing else min(value.met, shown - 1)
    mark = '<span class="m-gate-mini t-{}" title="{}"><i class="n{} k{}"></i>{}</span>'
    ready = value.ready or gettext("满足")
    return filled(mark, "warn" if missing else "ok", title, shown, met, words if missing else ready)


def progress(value: Progress) -> SafeString:
    """A native progress bar and its words."""
    mark = '<span class="m-prog {}"><progress max="{}" value="{}" aria-label="{}"></progress>{}</span>'
    return filled(mark, value.tone, value.total, value.done, value.label, value.label)


def due(value: date, today: date, tone: Tone | None) -> SafeString:
    """A due day; its distance when soon or late. Late is red, today amber, unless the cell has a tone of its own."""
    days = (value - today).days
    colour = tone or ("bad" if days < 0 else "warn" if days == 0 else None)
    text = SafeString(escaped(formats.day(value, today)))
    if formats.is_soon_or_late(value, today):
        quiet = "" if colour else "m-faint"
        text = filled('{} <small class="{}">{}</small>', text, quiet, formats.distance(value, today))
    return toned(text, colour, f"{value.isoformat()} {formats.distance(value, today)}")


def expiry(value: date, today: date, tone: Tone | None) -> SafeString:
    """A last usable day and what remains of it."""
    colour = tone or ("bad" if value < today else None)
    rest = filled('<small class="m-faint">{}</small>', formats.remaining(value, today))
    if colour:
        rest = filled("<small>{}</small>", formats.remaining(value, today))
    return toned(filled("{} {}", value.isoformat(), rest), colour)


def toned(content: str, tone: Tone | None, title: Text = "") -> SafeString:
    """Content in a tone's text colour, or as it is."""
    if not tone and not title:
        return SafeString(escaped(content))
    return filled('<span class="{}"{}>{}</span>', f"t-{tone}" if tone else "", title_of(title), content)


def plain(value: Value) -> str:
    """A value without a kind of its own."""
    if isinstance(value, (Decimal, int)):
        return formats.number(value)
    if isinstance(value, datetime):
        return formats.instant(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def figure(kind: CellKind, value: Decimal | int, unit: Text) -> SafeString:
    """A number with its unit; negative in red."""
    if kind == "money":
        text = SafeString(escaped(formats.money(value, str(unit))))
    elif kind == "percent":
        text = SafeString(escaped(formats.percent(value)))
    elif unit:
        text = filled('{}\u00a0<span class="m-faint">{}</span>', formats.number(value), unit)
    else:
        text = SafeString(escaped(formats.number(value)))
    return toned(text, "bad") if value < 0 else text


def moment(kind: CellKind, value: datetime | date, today: date, tone: Tone | None) -> SafeString:
    """A day or an instant by kind; a `datetime` is shown as an instant whatever the kind."""
    if isinstance(value, datetime):
        mark = '<time datetime="{}" title="{}">{}</time>'
        return filled(mark, formats.machine(value), formats.instant(value), formats.minute(value, today))
    if kind == "due":
        return due(value, today, tone)
    if kind == "expiry":
        return expiry(value, today, tone)
    return toned(formats.day(value, today), tone, value.isoformat())


def boolean(value: Value) -> SafeString:
    """Yes with its word for screen readers, no as a dash."""
    return icon("check", 16, gettext("是")) if value else EMPTY


def content_of(cell: Cell, today: date) -> SafeString:
    """The formatted value alone, without link, tags, dot and note."""
    kind, value = cell.kind, cell.value
    if kind in FIGURES:
        return _drawn(cell)
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str):
        return SafeString(escaped(value))
    if isinstance(value, (Decimal, int)) and kind in NUMERIC:
        return figure(kind, value, cell.unit)
    if isinstance(value, date):
        return moment(kind, value, today, cell.tone)
    return SafeString(escaped(plain(value)))


def _drawn(cell: Cell) -> SafeString:
    """Kinds with a part of their own."""
    if cell.kind == "badge":
        return badge(cell.badge) if cell.badge else EMPTY
    if cell.kind == "gate":
        return gate_count(cell.gate) if cell.gate else EMPTY
    if cell.kind == "progress":
        return progress(cell.progress) if cell.progress else EMPTY
    return boolean(cell.value)


def inner(cell: Cell, today: date) -> SafeString:
    """Everything inside the table cell."""
    content = content_of(cell, today)
    if cell.url:
        style = "id" if cell.kind == "id" else ""
        content = filled('<a class="{}" href="{}">{}</a>', style, cell.url, content)
    elif cell.kind == "id" or cell.strong:
        content = filled("<b>{}</b>", content)
    if cell.tone and not isinstance(cell.value, date) and cell.kind not in ("badge", "gate", "progress"):
        content = toned(content, cell.tone)
    if cell.dot:
        content = filled('<span class="m-dot {}"{}></span>{}', cell.dot, title_of(cell.dot_title), content)
    if cell.tags:
        content = filled("{} {}", content, joined((tag(each) for each in cell.tags), " "))
    if cell.note:
        style = f"t-{cell.note_tone}" if cell.note_tone else ""
        content = filled('{}<small class="{}">{}</small>', content, style, cell.note)
    return content
