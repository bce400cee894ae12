"""Records found by number, by what their list is searched by, or by the spelling of their name; within one's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, Value

from meridian.kernel.context import Actor, Source
from meridian.kernel.permission import Grants, readable
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.sql import fetch
from meridian.platform.screens.derive.columns import about, naming
from meridian.platform.screens.derive.query import searched
from meridian.platform.screens.derive.reader import Reader
from meridian.workspace.hits import EACH_MAX

NEWEST = 1_000
"""Among so many latest records of a type a fragment is looked for; a whole number is found however old it is."""
EXACT, RECENT, FRAGMENT = range(3)
BY_CODE, BY_INITIALS, BY_PINYIN, BY_PART = range(4)


@dataclass(frozen=True)
class FoundRecord:
    """A record and how it was found: `rank` is one of the constants above, the least first."""

    declared: AnyDocumentType
    id: UUID
    number: str
    state: str
    about: str
    rank: int


@dataclass(frozen=True)
class FoundMaster:
    """A record with a name, found by code, spelling or part of its words."""

    declared: AnyDocumentType
    id: UUID
    number: str
    name: str
    note: str
    state: str
    spellings: str
    rank: int


_OF_TYPE = """
(SELECT '{code}' AS type, id, min(rank) AS rank FROM (
  SELECT id, {exact} AS rank FROM ({rows}) AS r WHERE number = ANY(%s)
  UNION ALL SELECT id, {recent} FROM ({rows}) AS r WHERE id = ANY(%s)
  {fragment}
) AS found GROUP BY id ORDER BY rank, id DESC LIMIT {limit})
"""
_FRAGMENT = "UNION ALL SELECT id, {rank} FROM ({rows}) AS r"


def is_named(declared: AnyDocumentType) -> bool:
    """Whether records of the type have a name that is found by its spelling."""
    return any(field.name == "pinyin" for field in declared.model._meta.concrete_fields)


def readable_types(grants: Grants) -> list[tuple[AnyDocumentType, Q]]:
    """The document types that may be read, each with the rows of it in scope."""
    scopes = ((declared, readable(grants, declared)) for declared in registry.document_types.values())
    return [(declared, scope) for declared, scope in scopes if scope is not None]


@dataclass(frozen=True)
class _Asked:
    """One question about all types: its text hangs on rights alone, what is asked stands in its places."""

    text: str
    places: tuple[Any, ...]

    def rows(self, **answers: Any) -> list[tuple[Any, ...]]:
        """The rows for what is asked now: `exact`, `recent` and so on as lists or patterns, `part` inside a pattern."""
        part = answers["part"]
        values = [
            answers[place.name] if isinstance(place, _Place) else
            place.replace(_TYPED, part) if isinstance(place, str) else place
            for place in self.places
        ]  # fmt: skip
        return fetch(self.text, values) if self.text else []


@dataclass(frozen=True)
class _Place:
    name: str


_TYPED = "\ue000"
"""Stands for what is typed while a statement is compiled; no text that is stored holds it."""


def find_records(text: str, reader: Reader, recent: Sequence[UUID] = ()) -> list[FoundRecord]:
    """Records by number, fragment, or that were opened lately; best first. Two statements, one where nothing is found.

    An empty text finds the recent ones alone. Names are looked for by `find_masters`.
    """
    if not (text or recent):
        return []
    asked = _records_asked(reader.actor.company_id, reader.grants, bool(text))
    rows = asked.rows(exact=[text, text.upper()], recent=list(recent), part=escaped(text))
    ranks = {(code, key): rank for code, key, rank in rows}
    best = sorted(ranks, key=lambda each: (ranks[each], -each[1].int))[: 3 * EACH_MAX]
    return read_records(best, reader, ranks)


_ANYBODY = Actor(UUID(int=0), "", UUID(int=0), Source.PAGE)


@lru_cache(maxsize=256)
def _records_asked(company_id: UUID, grants: Grants, with_fragment: bool) -> _Asked:
    """The question of everybody with these rights: making it takes longer than its answer."""
    del company_id  # part of the key: the statement holds it
    rights = Reader(actor=_ANYBODY, grants=grants)
    parts: list[str] = []
    places: list[Any] = []
    for declared, scope in readable_types(grants):
        mine = declared.model.objects.filter(scope)
        rows, given = mine.values("id", "number").query.sql_with_params()
        places += [*given, _Place("exact"), *given, _Place("recent")]
        fragment = ""
        if with_fragment and not is_named(declared):
            within = declared.model.objects.filter(pk__in=mine.order_by("-pk").values("pk")[:NEWEST])
            within = within.filter(searched(declared, _TYPED, rights)).order_by("-pk")
            found, needed = within.values("id")[: 2 * EACH_MAX].query.sql_with_params()
            fragment = _FRAGMENT.format(rank=FRAGMENT, rows=found)
            places += needed
        parts.append(
            _OF_TYPE.format(
                code=declared.code, rows=rows, exact=EXACT, recent=RECENT, fragment=fragment, limit=2 * EACH_MAX
            )
        )
    return _Asked(" UNION ALL ".join(parts), tuple(places))


def read_records(
    best: Sequence[tuple[str, UUID]], reader: Reader, ranks: Mapping[tuple[str, UUID], int] | None = None
) -> list[FoundRecord]:
    """Records by type and id, those within the reader's scope, in the order given; one statement."""
    wanted: dict[str, list[UUID]] = {}
    for code, key in best:
        wanted.setdefault(code, []).append(key)
    parts = []
    for declared, scope in readable_types(reader.grants):
        if keys := wanted.get(declared.code):
            rows: Any = declared.model.objects.filter(scope, pk__in=keys).order_by()
            literal = Value(declared.code, output_field=CharField())
            parts.append(rows.annotate(type=literal, about=about(declared)).values_list(
                "type", "id", "number", "state", "about"))  # fmt: skip
    if not parts:
        return []
    found = {}
    for code, key, number, state, words in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        declared = registry.document_types[code]
        found[code, key] = FoundRecord(declared, key, number, state, words, (ranks or {}).get((code, key), RECENT))
    return [found[each] for each in best if each in found]


_MASTERS = """
(SELECT '{code}' AS type, id, number, {name} AS name, {note} AS note, state, pinyin,
   CASE WHEN number ILIKE %s THEN 0 WHEN pinyin LIKE %s THEN 1 WHEN replace(pinyin, '''', '') LIKE %s THEN 2 ELSE 3 END
   AS rank, id = ANY(%s) AS is_recent
 FROM ({rows}) AS r
 WHERE number ILIKE %s OR {name} ILIKE %s OR {note} ILIKE %s OR pinyin LIKE %s OR replace(pinyin, '''', '') LIKE %s
 ORDER BY rank, is_recent DESC, number LIMIT {limit})
"""
_NOTE = "specification"


def find_masters(text: str, reader: Reader, recent: Sequence[UUID] = (), module: str = "") -> list[FoundMaster]:
    """Records with a name: code first, then initials of its pinyin, full pinyin, part of its words. One statement.

    Among equals those opened lately come first, then those of the `module` the reader stands in.
    """
    if not text:
        return []
    spelled, part = "".join(filter(str.isalnum, text)), escaped(text)
    rows = _masters_asked(reader.actor.company_id, reader.grants).rows(
        start=f"{part}%",
        first=f"% {spelled.upper()}%" if spelled else "",
        full=f"% {spelled.lower()}%" if spelled else "",
        initials=f"%{spelled.upper()}%" if spelled else "",
        within=f"%{part}%",
        recent=list(recent),
        part=part,
    )
    types = registry.document_types
    rows.sort(key=lambda row: (row[7], not row[8], types[row[0]].module != module, row[2]))
    return [FoundMaster(types[row[0]], *row[1:8]) for row in rows[:EACH_MAX]]


_IN_ORDER = ("start", "first", "full", "recent")
_THEN = ("within", "within", "within", "initials", "full")


@lru_cache(maxsize=256)
def _masters_asked(company_id: UUID, grants: Grants) -> _Asked:
    del company_id  # part of the key: the statement holds it
    parts: list[str] = []
    places: list[Any] = []
    for declared, scope in readable_types(grants):
        if not is_named(declared):
            continue
        model: Any = declared.model
        name = naming(model)[0]
        has_note = any(field.name == _NOTE for field in model._meta.concrete_fields)
        wanted = ["id", "number", name, "state", "pinyin", *([_NOTE] if has_note else [])]
        rows, given = declared.model.objects.filter(scope).values(*wanted).query.sql_with_params()
        note = _NOTE if has_note else "''"
        parts.append(_MASTERS.format(code=declared.code, name=name, note=note, rows=rows, limit=EACH_MAX))
        places += [*map(_Place, _IN_ORDER), *given, *map(_Place, _THEN)]
    return _Asked(" UNION ALL ".join(parts), tuple(places))


def escaped(text: str) -> str:
    """A text as part of a LIKE pattern, where it stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
