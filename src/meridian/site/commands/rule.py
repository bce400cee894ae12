"""`rule <word>`: finds gates by name, clause, everyday word or translation, and shows where each one stands.

What the assembled site says of its rules is kept in `var/` beside the hash of the source it was read from: only the
first question after a change waits for the whole site to load.
"""

import argparse
import ast
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.utils import translation

ROOT = Path(__file__).resolve().parents[4]
KEPT = ROOT / "var" / "rules.json"


@dataclass(frozen=True)
class Rule:
    """A gate as it is shown."""

    code: str
    place: str
    chinese: str
    english: str
    docstring: str
    blocks: str
    law: str
    aliases: Sequence[str]
    waivable_by: Sequence[str]
    guards: Sequence[str]

    def speaks_of(self, word: str) -> bool:
        """Whether name, law, sentence, docstring or alias holds the word."""
        texts = [self.law, self.blocks, self.docstring, *self.aliases]
        return self.is_named(word) or any(word.casefold() in text.casefold() for text in texts)

    def is_named(self, word: str) -> bool:
        """Whether its name or sentence holds the word: such a rule is shown before those that only mention it."""
        return any(word.casefold() in text.casefold() for text in (self.code, self.chinese, self.english))


def main(arguments: Sequence[str]) -> int:
    """Prints each matching rule; 1 when none matches."""
    parser = argparse.ArgumentParser(prog="meridian rule")
    parser.add_argument("word", nargs="+", help="过期 · expired · G23 · lot_not_expired")
    options = parser.parse_args(arguments)
    word = " ".join(options.word)
    found = sorted((rule for rule in rules() if rule.speaks_of(word)), key=lambda rule: not rule.is_named(word))
    for rule in found:
        print(described(rule), end="\n\n")
    if not found:
        print(f"no rule speaks of {word!r} / 没有规则提到“{word}”")
    return 0 if found else 1


def rules() -> list[Rule]:
    """Every rule of the assembled site, by code."""
    source = _source_hash()
    if KEPT.exists():
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
        if kept["source"] == source:
            return [Rule(**values) for values in kept["rules"]]
    django.setup()
    found = read_rules()
    KEPT.parent.mkdir(exist_ok=True)
    unfinished = KEPT.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({"source": source, "rules": [asdict(rule) for rule in found]}), encoding="utf-8")
    unfinished.replace(KEPT)
    return found


def _source_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "locale").rglob("*.po")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_rules() -> list[Rule]:
    """The rules as the site has assembled them; Django must be loaded."""
    registry = import_module("meridian.kernel.registry").registry
    gates = import_module("meridian.kernel.gates").all_gates()
    guarded: dict[str, list[str]] = {}
    for declared in registry.document_types.values():
        for transition in declared.transitions.values():
            for gate in registry.gates_of(transition):
                guarded.setdefault(gate.code, []).append(f"{declared.code}.{transition.name}")
    return [_rule(gate, sorted(guarded.get(code, ()))) for code, gate in sorted(gates.items())]


def _rule(gate: Any, guards: Sequence[str]) -> Rule:
    with translation.override("zh-hans"):
        chinese = gate.sentence
    with translation.override("en"):
        english = gate.sentence
    return Rule(
        code=gate.code,
        place=f"src/{gate.module.replace('.', '/')}.py:{gate.line}",
        chinese=chinese,
        english=english,
        docstring=" ".join(gate.docstring.split()),
        blocks=gate.blocks,
        law=gate.law,
        aliases=gate.aliases,
        waivable_by=[str(role) for role in gate.waivable_by],
        guards=guards,
    )


def described(rule: Rule) -> str:
    """Name, place, sentence, law, who may waive it, what it guards and which tests name it."""
    lines = [
        f"{rule.code}    {rule.place}",
        f"  {rule.chinese} · {rule.english}",
        f"  {rule.docstring}",
        f"  blocks   {rule.blocks}",
        f"  law      {rule.law}" + (f"   aliases {', '.join(rule.aliases)}" if rule.aliases else ""),
        f"  waived   {'by ' + ' + '.join(rule.waivable_by) if rule.waivable_by else 'never'}",
        f"  guards   {', '.join(rule.guards) or '-'}",
        *(f"  test     {test}" for test in tests_of(rule.code)),
    ]
    return "\n".join(lines)


@cache
def _test_files() -> dict[Path, str]:
    paths = sorted(path for folder in ("src", "tests") for path in (ROOT / folder).rglob("test_*.py"))
    return {path: path.read_text(encoding="utf-8") for path in paths}


@cache
def _tests_in(path: Path) -> list[ast.FunctionDef]:
    nodes = ast.walk(ast.parse(_test_files()[path]))
    return [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def tests_of(code: str) -> list[str]:
    """Test functions that bear the rule's name, then those that name it inside."""
    named, speaking = [], []
    for path, text in _test_files().items():
        for node in _tests_in(path) if code in text else ():
            found = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            if code in node.name:
                named.append(found)
            elif any(code in line for line in text.splitlines()[node.lineno : node.end_lineno]):
                speaking.append(found)
    return named + speaking
