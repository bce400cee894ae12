"""Table cells as HTML. In Python, not in a template: a page has hundreds, and one include costs more than a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from . import formats
from .icons import NAMES
from .view import Badge, Cell, CellKind, GateCount, Progress, Tag, Text, Tone, Value

EMPTY = mark_safe('<span class="m-none m-faint">—</span>')
NUMERIC: frozenset[CellKind] = frozenset({"number", "quantity", "money", "percent"})


def icon(name: str, size: int = 18, title: Text = "") -> SafeString:
    """An icon of the sprite; with `title` it speaks, else it is decoration. KeyError for a name not in `icons.txt`."""
    if name not in NAMES:
        raise KeyError(f"icon {name!r} is not in icons.txt")
    href = f"{static('screens/vendor/icons.svg')}#i-{name}"
    style = "i" if size == 18 else f"i i-{size}"
    if title:
        mark = '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>'
        return format_html(mark, style, title, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', style, href)


def badge(value: Badge, size: str = "") -> SafeString:
    """Dot or icon, and word, in the tone's colours."""
    classes = " ".join(filter(None, ("m-b", value.tone, "dot" if value.dot and not value.icon else "", size)))
    return format_html('<span class="{}">{}{}</span>', classes, icon(value.icon, 14) if value.icon else "", value.label)


def tag(value: Tag) -> SafeString:
    """An outlined fact, or a bare icon when it has no label."""
    if not value.label:
        return format_html('<span class="t-{}">{}</span>', value.tone or "info", icon(value.icon, 14, value.title))
    classes = f"m-b {value.tone}" if value.tone else "m-b out"
    mark = icon(value.icon, 14) if value.icon else ""
    return format_html('<span class="{}"{}>{}{}</span>', classes, title_of(value.title), mark, value.label)


def title_of(text: Text) -> SafeString:
    """A `title` attribute, or nothing."""
    return format_html(' title="{}"', text) if text else SafeString("")


def gate_count(value: GateCount) -> SafeString:
    """One bar per precondition (up to twelve), met green and open amber, and the word."""
    missing = value.total - value.met
    words = ngettext("差 %(count)s 项", "差 %(count)s 项", missing) % {"count": missing}
    title = gettext("前置条件 %(met)s/%(total)s 已满足") % {"met": value.met, "total": value.total}
    shown = min(value.total, 12)
    met = min(value.met, shown) if not missing else min(value.met, shown - 1)
    mark = '<span class="m-gate-mini t-{}" title="{}"><i class="n{} k{}"></i>{}</span>'
    ready = value.ready or gettext("满足")
    return format_html(mark, "warn" if missing else "ok", title, shown, met, words if missing else ready)


def progress(value: Progress) -> SafeString:
    """A native progress bar and its words."""
    mark = '<span class="m-prog {}"><progress max="{}" value="{}" aria-label="{}"></progress>{}</span>'
    return format_html(mark, value.tone, value.total, value.done, value.label, value.label)


def due(value: date, today: date, tone: Tone | None) -> SafeString:
    """A due day; its distance when soon or late. Late is red, today amber, unless the cell has a tone of its own."""
    days = (value - today).days
    colour = tone or ("bad" if days < 0 else "warn" if days == 0 else None)
    text = conditional_escape(formats.day(value, today))
    if formats.is_soon_or_late(value, today):
        quiet = "" if colour else "m-faint"
        text = format_html('{} <small class="{}">{}</small>', text, quiet, formats.distance(value, today))
    return toned(text, colour, f"{value.isoformat()} {formats.distance(value, today)}")


def expiry(value: date, today: date, tone: Tone | None) -> SafeString:
    """A last usable day and what remains of it."""
    colour = tone or ("bad" if value < today else None)
    rest = format_html('<small class="m-faint">{}</small>', formats.remaining(value, today))
    if colour:
        rest = format_html("<small>{}</small>", formats.remaining(value, today))
    return toned(format_html("{} {}", value.isoformat(), rest), colour)


def toned(content: str, tone: Tone | None, title: Text = "") -> SafeString:
    """Content in a tone's text colour, or as it is."""
    if not tone and not title:
        return conditional_escape(content)
    return format_html('<span class="{}"{}>{}</span>', f"t-{tone}" if tone else "", title_of(title), content)


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
        text = conditional_escape(formats.money(value, str(unit)))
    elif kind == "percent":
        text = conditional_escape(formats.percent(value))
    elif unit:
        text = format_html('{}\u00a0<span class="m-faint">{}</span>', formats.number(value), unit)
    else:
        text = conditional_escape(formats.number(value))
    return toned(text, "bad") if value < 0 else text


def moment(kind: CellKind, value: datetime | date, today: date, tone: Tone | None) -> SafeString:
    """A day or an instant by kind; a `datetime` is shown as an instant whatever the kind."""
    if isinstance(value, datetime):
        mark = '<time datetime="{}" title="{}">{}</time>'
        return format_html(mark, formats.machine(value), formats.instant(value), formats.minute(value, today))
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
    parts: dict[CellKind, Callable[[], SafeString]] = {
        "badge": lambda: badge(cell.badge) if cell.badge else EMPTY,
        "gate": lambda: gate_count(cell.gate) if cell.gate else EMPTY,
        "progress": lambda: progress(cell.progress) if cell.progress else EMPTY,
        "boolean": lambda: boolean(cell.value),
    }
    if cell.kind in parts:
        return parts[cell.kind]()
    if cell.value is None or cell.value == "":
        return EMPTY
    if isinstance(cell.value, (Decimal, int)) and cell.kind in NUMERIC:
        return figure(cell.kind, cell.value, cell.unit)
    if isinstance(cell.value, date):
        return moment(cell.kind, cell.value, today, cell.tone)
    return conditional_escape(plain(cell.value))


def inner(cell: Cell, today: date) -> SafeString:
    """Everything inside the table cell."""
    content = content_of(cell, today)
    if cell.url:
        style = "id" if cell.kind == "id" else ""
        content = format_html('<a class="{}" href="{}">{}</a>', style, cell.url, content)
    elif cell.kind == "id" or cell.strong:
        content = format_html("<b>{}</b>", content)
    if cell.tone and not isinstance(cell.value, date) and cell.kind not in ("badge", "gate", "progress"):
        content = toned(content, cell.tone)
    if cell.dot:
        content = format_html('<span class="m-dot {}"{}></span>{}', cell.dot, title_of(cell.dot_title), content)
    if cell.tags:
        content = format_html("{} {}", content, format_html_join(" ", "{}", ((tag(each),) for each in cell.tags)))
    if cell.note:
        style = f"t-{cell.note_tone}" if cell.note_tone else ""
        content = format_html('{}<small class="{}">{}</small>', content, style, cell.note)
    return content
