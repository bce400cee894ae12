"""`rule <word>`: finds gates by name, clause, everyday word or translation, and shows where each one stands."""

import argparse
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.utils import translation

ROOT = Path(__file__).resolve().parents[4]


def main(arguments: Sequence[str]) -> int:
    """Prints each matching rule; 1 when none matches."""
    parser = argparse.ArgumentParser(prog="meridian rule")
    parser.add_argument("word", nargs="+", help="过期 · expired · G23 · lot_not_expired")
    options = parser.parse_args(arguments)
    django.setup()
    word = " ".join(options.word)
    found = matching(word)
    for gate in found:
        print(described(gate), end="\n\n")
    if not found:
        print(f"no rule speaks of {word!r} / 没有规则提到“{word}”")
    return 0 if found else 1


def matching(word: str) -> list[Any]:
    """Gates whose name, law, blocks, docstring, alias or translation holds the word."""
    needle = word.casefold()
    gates = import_module("meridian.kernel.gates").all_gates()
    return [gate for _code, gate in sorted(gates.items()) if any(needle in text.casefold() for text in _texts(gate))]


def _texts(gate: Any) -> list[str]:
    texts = [gate.code, gate.law, gate.blocks, gate.docstring, *gate.aliases]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts.append(gate.sentence)
    return texts


def described(gate: Any) -> str:
    """Name, place, sentence, law, who may waive it, what it guards and which tests name it."""
    registry = import_module("meridian.kernel.registry").registry
    path = f"src/{gate.module.replace('.', '/')}.py"
    guarded = [
        f"{declared.code}.{transition.name}"
        for declared in registry.document_types.values()
        for transition in declared.transitions.values()
        if gate in registry.gates_of(transition)
    ]
    with translation.override("zh-hans"):
        chinese = gate.sentence
    lines = [
        f"{gate.code}    {path}:{gate.line}",
        f"  {chinese} · {' '.join(gate.docstring.split())}",
        f"  blocks   {gate.blocks}",
        f"  law      {gate.law}" + (f"   aliases {', '.join(gate.aliases)}" if gate.aliases else ""),
        f"  waived   {'by ' + ' + '.join(gate.waivable_by) if gate.waivable_by else 'never'}",
        f"  guards   {', '.join(sorted(guarded)) or '-'}",
        *(f"  test     {test}" for test in tests_of(gate.code)),
    ]
    return "\n".join(lines)


def tests_of(code: str) -> list[str]:
    """Test functions that bear the rule's name."""
    pattern = re.compile(rf"^\s*def (test_\w*{code}\w*)")
    found = []
    for folder in ("src", "tests"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            text = path.read_text(encoding="utf-8")
            found += [
                f"{path.relative_to(ROOT)}:{number} {match.group(1)}"
                for number, line in enumerate(text.splitlines(), 1)
                if (match := pattern.match(line))
            ]
    return found
