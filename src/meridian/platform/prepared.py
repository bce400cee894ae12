"""Statements whose text hangs on declarations alone, compiled once; company and keys take their places at each run.

Pages ask the same few questions again and again, and making SQL of a query takes longer than its answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from meridian.kernel.context import current_company_id, in_company
from meridian.kernel.sql import fetch

ModelT = TypeVar("ModelT", bound=models.Model)

COMPANY, KEY, KEYS = (UUID(int=n) for n in (1, 2, 3))
"""What stands in a query for the company in scope, the key and the keys (`…__in=[KEYS]`) asked about."""
_PLACES = frozenset({COMPANY, KEY, KEYS})


@dataclass(frozen=True)
class Prepared:
    """One statement and where company and keys belong in its parameters."""

    statement: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    converters: tuple[tuple[int, Any, Any], ...]

    def values(self, key: UUID | None = None, keys: Iterable[UUID] = ()) -> list[Any]:
        """The parameters of one run, for the company in scope."""
        places = {COMPANY: current_company_id(), KEY: key, str(KEY): str(key), KEYS: list(keys)}
        return [places.get(each, each) if isinstance(each, UUID | str) else each for each in self.parameters]

    def tuples(self, key: UUID | None = None, keys: Iterable[UUID] = ()) -> list[Any]:
        """All rows, in the order of `names`."""
        rows: list[Any] = fetch(self.statement, self.values(key, keys))
        if self.converters:
            rows = [list(row) for row in rows]
            for place, converts, expression in self.converters:
                for row in rows:
                    for convert in converts:
                        row[place] = convert(row[place], expression, connection)
        return rows

    def rows(self, key: UUID | None = None, keys: Iterable[UUID] = ()) -> list[dict[str, Any]]:
        """All rows by name."""
        return [dict(zip(self.names, row, strict=True)) for row in self.tuples(key, keys)]


_kept: dict[tuple[Any, ...], Prepared] = {}


def prepared(name: tuple[Any, ...], query: Callable[[], models.QuerySet[Any, Any]]) -> Prepared:
    """The statement kept under a name, which holds everything the query is made of; `query` asks for `.values()`.

    Raises ValueError for a query that holds a key of its own: it would answer everybody with one person's rows.
    """
    if name not in _kept:
        with in_company(COMPANY):
            _kept[name] = _compiled(query().query)
    return _kept[name]


def _compiled(query: Any) -> Prepared:
    compiler = query.get_compiler(connection=connection)
    statement, parameters = compiler.as_sql()
    if any(isinstance(each, UUID) and each not in _PLACES for each in parameters):
        raise ValueError("a kept statement takes its keys at each run")
    names = query.selected or (*query.values_select, *query.annotation_select)
    converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    return Prepared(
        statement=statement.replace("IN (%s)", "= ANY(%s)") if KEYS in parameters else statement,
        parameters=tuple(parameters),
        names=tuple(names),
        converters=tuple((place, tuple(found), expression) for place, (found, expression) in converters.items()),
    )


def records(
    model: type[ModelT], name: str, query: Callable[[models.QuerySet[ModelT]], models.QuerySet[ModelT]],
    key: UUID | None = None, keys: Iterable[UUID] = (),
) -> list[ModelT]:  # fmt: skip
    """Whole records of a table found by a kept statement; `name` tells apart the questions asked of the table."""
    columns = [column.attname for column in model._meta.concrete_fields]
    kept = prepared((model, name), lambda: query(model._default_manager.all()).values(*columns))
    return [model.from_db(connection.alias, columns, row) for row in kept.tuples(key, keys)]
