"""Numbers without gaps: every series counted anew from the rows that carry its numbers, and compared with its counter.

Documents are known by their declarations; other numbered tables are registered by the module that owns them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from meridian.evidence.checks import Fault, Problem
from meridian.kernel.declare import Series
from meridian.kernel.registry import registry
from meridian.kernel.sql import fetch

_NAMED_OF_A_SERIES = 20


@dataclass(frozen=True)
class Numbered:
    """A table whose rows carry numbers of one series."""

    code: str
    series: Series
    table: str
    column: str = "number"


_registered: dict[str, Numbered] = {}


def register_numbered(numbered: Numbered) -> None:
    """Has `verify` count this series; call it from the module's `AppConfig.ready`. A code given again is replaced."""
    _registered[numbered.code] = numbered


def check_counters() -> Iterator[Problem]:
    """One problem for each series and period whose numbers are not exactly 1 … the counter's value."""
    for numbered in _all_numbered():
        for company, period, counted, given in fetch(_comparison(numbered)):
            missing = _missing(numbered, company, period, max(counted or 0, given or 0))
            detail = f"{given or 0} numbers given in {period or 'all'}, {counted or 0} by the counter"
            yield Problem(
                Fault.DERIVED, numbered.table, f"{numbered.code} {period}".strip(), None,
                f"{detail}{'; missing: ' if missing else ''}{', '.join(missing)}",
            )  # fmt: skip


def _all_numbered() -> Iterable[Numbered]:
    for declared in registry.document_types.values():
        if "{seq" in declared.number.pattern:
            yield Numbered(declared.code, declared.number, declared.model._meta.db_table)
    yield from _registered.values()


def _parts(numbered: Numbered) -> sql.Composed:
    """Company, period and running number of every row, read off the number by the series' own pattern."""
    names: list[str] = []

    def group(found: re.Match[str]) -> str:
        names.append(found.group(1)[:3])
        return {"yyy": r"(\d{4})", "mm": r"(\d{2})"}.get(names[-1], r"(\d+)")

    pattern = re.sub(r"\\\{(yyyy|mm|seq)[^}]*\}", group, re.escape(numbered.series.pattern))
    pick = {name: f"m[{place}]" for place, name in enumerate(names, start=1)}
    period = " || '-' || ".join(pick[name] for name in ("yyy", "mm") if name in pick) or "''"
    return sql.SQL(
        "SELECT t.company_id, {period} AS period, {seq}::bigint AS seq FROM {table} t "
        "CROSS JOIN LATERAL regexp_match(t.{column}, {pattern}) AS m WHERE m IS NOT NULL"
    ).format(
        period=sql.SQL(period),
        seq=sql.SQL(pick["seq"]),
        table=sql.Identifier(numbered.table),
        column=sql.Identifier(numbered.column),
        pattern=sql.Literal(f"^{pattern}$"),
    )


def _comparison(numbered: Numbered) -> sql.Composed:
    return sql.SQL(
        "SELECT company_id, period, c.value, g.given FROM (SELECT company_id, period, count(DISTINCT seq) AS given, "
        "max(seq) AS last FROM ({rows}) AS n GROUP BY 1, 2) AS g "
        "FULL JOIN (SELECT company_id, period, value FROM kernel_counter WHERE series = {series} AND value > 0) AS c "
        "USING (company_id, period) WHERE c.value IS DISTINCT FROM g.given OR g.last IS DISTINCT FROM g.given"
    ).format(rows=_parts(numbered), series=sql.Literal(numbered.code))


def _missing(numbered: Numbered, company: Any, period: str, last: int) -> list[str]:
    rows = fetch(
        sql.SQL(
            "SELECT s FROM generate_series(1, {last}) AS s EXCEPT SELECT seq FROM ({rows}) AS n "
            "WHERE company_id = {company} AND period = {period} ORDER BY 1 LIMIT {limit}"
        ).format(
            last=sql.Literal(last),
            rows=_parts(numbered),
            company=sql.Literal(company),
            period=sql.Literal(period),
            limit=sql.Literal(_NAMED_OF_A_SERIES),
        )
    )
    year, _dash, month = period.partition("-")
    return [numbered.series.pattern.format(yyyy=year, mm=month, seq=number) for (number,) in rows]
