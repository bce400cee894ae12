"""Set-based statements, plainly: parameters always travel beside the text, never inside it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model

Parameters = Mapping[str, Any] | Sequence[Any] | None


def fetch(statement: Any, parameters: Parameters = None) -> list[tuple[Any, ...]]:
    """All rows a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def run(statement: Any, parameters: Parameters = None) -> int:
    """Executes a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def array_text(values: Iterable[Any]) -> str:
    """An array as one text, to be cast where it is used (`%s::uuid[]`): many times faster than dumping a list.

    For keys, figures, days, instants, truths and text; raises TypeError for anything else.
    """
    return (
        "{" + ",".join([_TEXT[type(value)](value) if type(value) in _TEXT else _odd(value) for value in values]) + "}"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _odd(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(str(value))
    raise TypeError(f"{type(value).__name__} does not travel in an array")


_TEXT: dict[type, Callable[[Any], str]] = {
    type(None): lambda _none: "NULL",
    UUID: lambda key: f"{key.int:032x}",
    str: _quoted,
    Decimal: str,
    int: str,
    bool: str,
    date: str,
    datetime: datetime.isoformat,
}


def insert_row(row: Model) -> None:
    """Writes one new row as `Model.save` would, personal data sealed; its text is the same for all rows of a model."""
    columns = row._meta.concrete_fields
    values = [column.get_db_prep_save(column.pre_save(row, add=True), connection) for column in columns]
    names, marks = ", ".join(str(column.column) for column in columns), ", ".join("%s" for _column in columns)
    run(f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})", values)
    row._state.adding = False


def insert_rows(model: type[Model], rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]) -> None:
    """Writes rows by column in one statement; `shared` holds for all, a column that is nowhere has its default.

    Raises TypeError for values that do not travel as text, and for personal data, which `Model.save` alone seals.
    """
    columns = {column.attname: column for column in model._meta.concrete_fields}
    named = [name for name in columns if any(name in row for row in rows)]
    alike = {name: shared[name] if name in shared else column.get_default()
             for name, column in columns.items() if name not in named}  # fmt: skip
    casts = ", ".join(f"%s::{_plain_type(columns[name])}" for name in alike)
    run(
        f"INSERT INTO {model._meta.db_table} ({', '.join([*named, *alike])}) SELECT u.*, {casts} "
        f"FROM unnest({', '.join(f'%s::{_plain_type(columns[name])}[]' for name in named)}) AS u",
        [*alike.values(), *(_array(columns[name], rows) for name in named)],
    )


def update_rows(model: type[Model], rows: Sequence[Mapping[str, Any]], company_id: UUID) -> None:
    """Writes new values of stored rows, each with its `id` and the same columns, in one statement."""
    columns = {column.attname: column for column in model._meta.concrete_fields if column.attname in rows[0]}
    run(
        f"UPDATE {model._meta.db_table} t SET {', '.join(f'{name} = u.{name}' for name in columns if name != 'id')} "
        f"FROM unnest({', '.join(f'%s::{_plain_type(column)}[]' for column in columns.values())}) "
        f"AS u({', '.join(columns)}) WHERE t.id = u.id AND t.company_id IS NOT DISTINCT FROM %s",
        [*(_array(column, rows) for column in columns.values()), company_id],
    )


def _plain_type(column: Any) -> str:
    """A column's type without its measures: a cast to `varchar(5)` would cut what is too long, an insert refuses it."""
    return str(column.db_type(connection)).split("(")[0]


def _array(column: Any, rows: Sequence[Mapping[str, Any]]) -> str:
    values = [row[column.attname] if column.attname in row else column.get_default() for row in rows]
    if type(column).get_db_prep_save is not Field.get_db_prep_save:
        values = [column.get_db_prep_save(value, connection) for value in values]
    return array_text(values)


@dataclass(frozen=True)
class Expression:
    """A value the database computes: `text` names the values it is computed from as `{}`."""

    text: str
    values: tuple[Any, ...] = ()


class Parts:
    """One statement of parts `name AS (…)`. Values travel beside its text, so that the server plans it once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.values: dict[str, Any] = {}

    def value(self, value: Any) -> str:
        """Where a value stands in the text."""
        if isinstance(value, Expression):
            return value.text.format(*map(self.value, value.values))
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def insert(self, name: str, table: str, values: Mapping[str, Any]) -> None:
        """Writes one row; names of tables and columns come from declarations, never from a caller."""
        marks = ", ".join(map(self.value, values.values()))
        self.texts.append(f"{name} AS (INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) RETURNING 1)")

    def update(self, name: str, table: str, values: Mapping[str, Any], key: Mapping[str, Any]) -> None:
        """Writes columns of the row whose key columns have these values."""
        sets = ", ".join([f"{column} = {self.value(value)}" for column, value in values.items()])
        where = " AND ".join([f"{column} = {self.value(value)}" for column, value in key.items()])
        self.texts.append(f"{name} AS (UPDATE {table} SET {sets} WHERE {where} RETURNING 1)")

    def fetch(self, question: str) -> list[tuple[Any, ...]]:
        """Sends the statement; the rows that the question about its parts answers."""
        return fetch("WITH " + ",\n".join(self.texts) + " " + question, self.values)
