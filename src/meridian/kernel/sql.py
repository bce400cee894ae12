"""Set-based statements, plainly: parameters always travel beside the text, never inside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

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
