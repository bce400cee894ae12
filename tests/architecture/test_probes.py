"""Probes inside LATERAL: none can be served by an index that leads with the company (SCALE rule 14, KERNEL trap ii).

A planner whose statistics do not know a company yet takes it for one row; an index (company_id, …) then looks as good
as that of the key and reads all the company's rows once for each row of the outer set.
"""

import re
from collections.abc import Iterator

from django.apps import apps

from tests.architecture.source import modules, name_of

_TABLE = re.compile(r"\bFROM (\w+)")
_COMPANY = re.compile(r"\bcompany_id = ")
_KEY = re.compile(r"\b(?:\w+\.)?id = ")


def led_by_company() -> set[str]:
    """Tables with an index that leads with the company."""
    return {
        model._meta.db_table
        for model in apps.get_models()
        for index in model._meta.indexes
        if list(index.fields)[:1] == ["company_id"]
    }


def probes(text: str) -> Iterator[str]:
    """What stands between the parentheses of every LATERAL."""
    for found in re.finditer(r"\bLATERAL\s*\(", text):
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[found.end() : end - 1]


def test_every_probe_names_its_primary_key_or_keeps_the_company_out_of_reach() -> None:
    tables = led_by_company()
    assert "inventory_lot" in tables
    wrong, seen = [], 0
    for path in modules():
        for probe in probes(path.read_text(encoding="utf-8")):
            seen += 1
            for part in re.split(r"\bUNION(?: ALL)?\b", probe):
                table = _TABLE.search(part)
                if table and table[1] in tables and _COMPANY.search(part) and not _KEY.search(part):
                    wrong.append(f"{name_of(path)}: {table[1]}")
    assert seen > 25
    assert wrong == []
