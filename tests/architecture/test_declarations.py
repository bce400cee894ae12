"""What the assembled site must hold: every gate used and translated, every column real, every state reachable."""

from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.utils import translation

from meridian.kernel.declare import DocumentType, column_path
from meridian.kernel.gates import Gate, all_gates
from meridian.kernel.registry import registry

TYPES = sorted(registry.document_types.values(), key=lambda declared: declared.code)
GATES = sorted(all_gates().values(), key=lambda gate: gate.code)


def _columns(declared: type[DocumentType[Any, Any]]) -> list[Any]:
    screen = declared.screen
    columns = [*declared.editable, *screen.columns, *screen.facts, *screen.filters, *screen.search, *screen.totals]
    columns += [column for section in screen.sections for column in section.fields]
    return [*columns, *declared.reason_on_change, *declared.outside_content]


@pytest.mark.parametrize("declared", TYPES, ids=lambda declared: declared.code)
def test_every_column_path_exists(declared: type[DocumentType[Any, Any]]) -> None:
    for column in _columns(declared):
        model: Any = declared.model
        for step in column_path(column).split("__"):
            try:
                found = model._meta.get_field(step)
            except FieldDoesNotExist:
                if declared.lines is not None and column in declared.outside_content:
                    found = declared.lines.model._meta.get_field(step)
                else:
                    raise
            model = found.related_model or model


@pytest.mark.parametrize("declared", TYPES, ids=lambda declared: declared.code)
def test_every_state_is_reachable_and_every_transition_its_own(declared: type[DocumentType[Any, Any]]) -> None:
    reached = {str(declared.initial)}
    for _pass in declared.transitions:
        for transition in declared.transitions.values():
            assert transition.document is declared
            if reached & set(map(str, transition.source)):
                reached.add(str(transition.target))
    assert reached == set(declared.states.values)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.code)
def test_every_gate_speaks_both_languages(gate: Gate[Any]) -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert gate.sentence != gate.code


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.code)
def test_every_gate_guards_something(gate: Gate[Any]) -> None:
    assert any(
        gate in registry.gates_of(transition) for declared in TYPES for transition in declared.transitions.values()
    )
