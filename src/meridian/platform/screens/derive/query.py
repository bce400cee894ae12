"""What a list's address asks for: view, search, filters, order, place. Everything is in the URL and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from meridian.kernel import clock
from meridian.kernel.declare import ColumnRef, View, column_field, column_path
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive.columns import naming
from meridian.platform.screens.derive.reader import Reader

PAGE_SIZES = (20, 50, 100)
DAY_WORDS = ("today", "week", "month", "next7", "next30", "next90", "past")
ALL, MINE = "all", "mine"
CHOICE_ROWS_MAX = 200
"""A filter over a table with more rows than this is a text field."""


@dataclass(frozen=True)
class Asked:
    """The parameters of one list page, checked: what is not understood is left out."""

    declared: AnyDocumentType
    query: QueryDict
    view: str
    search: str
    size: int

    def url(self, **changes: str | Sequence[str]) -> str:
        """This list with some parameters changed; an empty value removes one. Paging starts anew."""
        kept = {name: values for name, values in self.query.lists() if name not in ("after", "before")}
        for name, value in changes.items():
            kept[name] = [value] if isinstance(value, str) else list(value)
        pairs = [(name, value) for name, values in kept.items() for value in values if value]
        base = f"/{self.declared.module}/{self.declared.slug}/"
        return f"{base}?{urlencode(pairs)}" if pairs else base

    def kept(self, *but: str) -> tuple[tuple[str, str], ...]:
        """The other parameters, for a form that changes these."""
        left = {"after", "before", *but}
        return tuple((name, value) for name, values in self.query.lists() for value in values if name not in left)


def asked_of(declared: AnyDocumentType, query: QueryDict, reader: Reader) -> Asked:
    """The parameters of a list address."""
    names = view_names(declared, reader)
    default = next((str(n) for n, view in enumerate(declared.screen.views) if view.default), next(iter(names)))
    wanted = query.get("view", "")
    size = query.get("size", "")
    return Asked(
        declared=declared,
        query=query,
        view=wanted if wanted in names else default,
        search=query.get("q", "").strip()[:100].replace("\x00", ""),
        size=int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0],
    )


def view_names(declared: AnyDocumentType, reader: Reader) -> dict[str, View | None]:
    """The views by their name in the address: everything, the declared ones, and what waits for the reader."""
    declared_views: dict[str, View | None] = {str(n): view for n, view in enumerate(declared.screen.views)}
    names: dict[str, View | None] = {}
    if all(view.states for view in declared.screen.views):
        names[ALL] = None
    names |= declared_views
    if states_waiting(declared, reader):
        names[MINE] = None
    return names


def states_waiting(declared: AnyDocumentType, reader: Reader) -> list[str]:
    """The states from which the reader may make a move that leads on."""
    states = [
        state
        for each in declared.transitions.values()
        if each.primary and not each.remedy_only and not each.danger and reader.may_make(each)
        for state in each.source
    ]
    return list(dict.fromkeys(states))


def states_of_view(declared: AnyDocumentType, reader: Reader, name: str) -> list[str] | None:
    """The states a view shows; None for all."""
    if name == MINE:
        return states_waiting(declared, reader)
    if name.isdecimal() and int(name) < len(declared.screen.views):
        return list(declared.screen.views[int(name)].states) or None
    return None


def condition(asked: Asked, reader: Reader) -> Q:
    """Search and filters as one condition; the view is not part of it."""
    found = Q()
    declared = asked.declared
    if asked.search:
        found &= searched(declared, asked.search, reader)
    states = [state for state in asked.query.getlist("state") if state in declared.states.values]
    if states:
        found &= Q(state__in=states)
    for ref in declared.screen.filters:
        if column_path(ref) != "state" and reader.sees(declared, ref):
            found &= filter_condition(ref, asked.query)
    return found


def searched(declared: AnyDocumentType, text: str, reader: Reader) -> Q:
    """Where a text stands in the number or in what the list is searched by."""
    anywhere = Q(number__icontains=text)
    for ref in declared.screen.search:
        if reader.sees(declared, ref):
            anywhere |= Q(**{f"{text_path(ref)}__icontains": text})
    return anywhere


def is_figure(field: Any) -> bool:
    """Whether a column is filtered from a figure to a figure."""
    return isinstance(field, models.DecimalField | models.IntegerField) and not field.choices


def text_path(ref: ColumnRef) -> str:
    """The path of the text a reference is searched by."""
    field, path = column_field(ref), column_path(ref)
    if isinstance(field, models.ForeignKey):
        name, code = naming(field.related_model)
        return f"{path}__{name or code or 'pk'}"
    return path


def filter_condition(ref: ColumnRef, query: QueryDict) -> Q:
    """One filter: OR inside it, AND to the others. A value that cannot be read filters nothing."""
    path, field = column_path(ref), column_field(ref)
    if isinstance(field, models.DateField):
        return _day_range(path, field, query)
    if is_figure(field):
        return _number_range(path, query)
    values = [value.replace("\x00", "") for value in query.getlist(path) if value]
    if not values:
        return Q()
    if isinstance(field, models.ForeignKey):
        keys = [key for value in values if (key := as_uuid(value)) is not None]
        return Q(**{f"{path}__in": keys}) if keys else Q(**{f"{text_path(ref)}__icontains": values[0]})
    if isinstance(field, models.BooleanField):
        return Q(**{f"{path}__in": [value == "true" for value in values]})
    if field.choices:
        return Q(**{f"{path}__in": values})
    return Q(**{f"{path}__icontains": values[0]}) if isinstance(field, models.CharField | models.TextField) else Q()


def days_of(word: str, today: date) -> tuple[date | None, date | None] | None:
    """First and last day that a word of `DAY_WORDS` means today; None for any other word."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    month_end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    spans: dict[str, tuple[date | None, date | None]] = {
        "today": (today, today), "week": (monday, monday + timedelta(days=6)), "month": (first, month_end),
        "past": (None, today - timedelta(days=1)),
    }  # fmt: skip
    if word.startswith("next") and word[4:].isdecimal() and len(word) < 8:
        return today, today + timedelta(days=int(word[4:]))
    return spans.get(word)


def _number_range(path: str, query: QueryDict) -> Q:
    found = Q()
    for end, lookup in (("min", "gte"), ("max", "lte")):
        if (value := as_number(query.get(f"{path}_{end}", ""))) is not None:
            found &= Q(**{f"{path}__{lookup}": value})
    return found


def as_number(text: str) -> Decimal | None:
    """A figure given as text, if it is one that a column may hold."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**15 else None


def _day_range(path: str, field: Any, query: QueryDict) -> Q:
    found = Q()
    spans = [days_of(word, timezone.localdate(clock.now())) for word in query.getlist(path)]
    given = {"from": [query.get(f"{path}_from", "")], "until": [query.get(f"{path}_until", "")]}
    for first, last in filter(None, spans[:1]):
        given["from"].append(first.isoformat() if first else "")
        given["until"].append(last.isoformat() if last else "")
    pairs = [(text, end) for end, texts in given.items() for text in texts]
    for given_day, end in pairs:
        lookup = "gte" if end == "from" else "lte"
        try:
            day = date.fromisoformat(given_day)
        except ValueError:
            continue
        value: date | datetime = day
        if isinstance(field, models.DateTimeField):
            edge = time.min if end == "from" else time.max
            value = datetime.combine(day, edge, tzinfo=timezone.get_current_timezone())
        found &= Q(**{f"{path}__{lookup}": value})
    return found


def as_uuid(text: str) -> UUID | None:
    """A key given as text, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
