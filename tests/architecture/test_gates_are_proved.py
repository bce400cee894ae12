"""Every gate of the warehouse loop is refused once and allowed once by tests that carry its name."""

import re
from collections import defaultdict

import pytest

from meridian.kernel.gates import Gate
from meridian.kernel.registry import registry
from tests.architecture.source import ROOT

LAWS = ("G11", "G12", "G18", "G19", "G20", "G21", "G32", "G33", "G34", "G38", "G39", "G40")
"""Clauses of REGULATIONS §14 that the loop from the ramp to the customer and back stands under."""
NAMED = re.compile(r"^\s*(?:async )?def test_([a-z0-9_]+?)__(\w+)\(", re.MULTILINE)


def gates() -> dict[str, Gate[object]]:
    """Every gate some transition of the site asks, by its token."""
    moves = (move for declared in registry.document_types.values() for move in declared.transitions.values())
    return {gate.code: gate for move in moves for gate in move.gates}


def told() -> dict[str, str]:
    """By token, all that the names of its tests say."""
    found: dict[str, str] = defaultdict(str)
    for folder in ("src", "tests"):
        for path in (ROOT / folder).rglob("test_*.py"):
            for token, says in NAMED.findall(path.read_text(encoding="utf-8")):
                found[token] += f" {says}"
    return found


@pytest.mark.parametrize("law", LAWS)
def test_each_gate_of_a_clause_is_refused_once_and_allowed_once(law: str) -> None:
    asked = sorted(code for code, gate in gates().items() if gate.law == law)
    names = told()
    assert asked, f"no gate stands for {law}"
    lacking = [code for code in asked if "refuses" not in names[code] or "allows" not in names[code]]
    assert lacking == [], "no test whose name begins with the token says both: refuses, allows"
