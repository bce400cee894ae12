"""Set-based statements, plainly: parameters always travel beside the text, never inside it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

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


def array_text(values: Iterable[UUID | Decimal | int | date | str | None]) -> str:
    """An array as one text, to be cast where it is used (`%s::uuid[]`): many times faster than dumping a list.

    For keys, figures, days and text.
    """
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: UUID | Decimal | int | date | str | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value.hex if isinstance(value, UUID) else str(value)


def insert_part(name: str, table: str, values: Mapping[str, Any]) -> sql.Composed:
    """`name AS (INSERT …)` for one row, as a part of a larger statement."""
    return sql.SQL("{name} AS (INSERT INTO {table} ({columns}) VALUES ({values}) RETURNING 1)").format(
        name=sql.Identifier(name),
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(map(sql.Identifier, values)),
        values=sql.SQL(", ").join(map(sql.Literal, values.values())),
    )
