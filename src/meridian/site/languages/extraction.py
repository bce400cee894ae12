"""What the product says: every marked text of Python files, templates and forms, read off the source, not run."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from meridian.site.languages.form_labels import labels_of

SOURCE = Path(__file__).resolve().parents[2]
MARKS = frozenset({"_", "gettext", "gettext_lazy", "message", "Message", "Remedy", "ngettext", "ngettext_lazy"})
PLURAL_MARKS = frozenset({"ngettext", "ngettext_lazy"})
REFUSALS = frozenset({"refusal", "faulty", "Refused", "Finding"})
NOT_PRODUCT = ("/tests/", "/migrations/", "/samples/", "/demo/", "/styleguide")

HAN = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_TRANSLATE = re.compile(r"{%\s*trans(?:late)?\s+(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_ARGUMENT = re.compile(r"_\((\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\)")
_BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b(?P<options>[^%]*)%}(?P<body>.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
_PLURAL = re.compile(r"{%\s*plural\s*%}")
_VARIABLE = re.compile(r"{{\s*(.*?)\s*}}")


@dataclass
class Text:
    """One text to translate, with the files that say it. A rule's name has no source text: both languages give it."""

    msgid: str
    plural: str = ""
    is_name: bool = False
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one entry of a catalogue."""
        return self.msgid, self.plural


def extracted(source: Path = SOURCE) -> dict[tuple[str, str], Text]:
    """Every text in the order of the files, each once."""
    found: dict[tuple[str, str], Text] = {}
    for path in sorted([*source.rglob("*.py"), *source.rglob("templates/**/*.html"), *source.rglob("*.typ")]):
        name = path.relative_to(source).as_posix()
        if any(part in f"/{name}" for part in NOT_PRODUCT):
            continue
        content = path.read_text(encoding="utf-8")
        for text in TEXTS_OF[path.suffix](content):
            known = found.setdefault(text.key, text)
            if name not in known.files:
                known.files.append(name)
    return found


def texts_of_python(content: str) -> Iterator[Text]:
    """First arguments of the marking calls, names of gates, tokens of refusals."""
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.FunctionDef) and any(_called(each) == "gate" for each in node.decorator_list):
            yield Text(node.name, is_name=True)
        elif isinstance(node, ast.Call) and _called(node) in MARKS:
            yield from _marked(node)
        elif isinstance(node, ast.Call) and _called(node) in REFUSALS:
            yield from (Text(token, is_name=True) for token in _strings(_argument(node, "code")) if _is_token(token))


def _marked(node: ast.Call) -> Iterator[Text]:
    singular = _strings(_argument(node, "label" if _called(node) == "Remedy" else "message"))
    plural = _strings(node.args[1]) if _called(node) in PLURAL_MARKS and len(node.args) > 1 else []
    for text in singular:
        if text:
            yield Text(text, plural=plural[0] if plural else "")


def _called(node: ast.AST) -> str:
    target = node.func if isinstance(node, ast.Call) else node
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""


def _argument(node: ast.Call, name: str) -> ast.expr | None:
    if node.args:
        return node.args[0]
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def _strings(node: ast.expr | None) -> list[str]:
    """The literal, or the literals of `a if … else b`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_strings(node.body), *_strings(node.orelse)]
    return []


def _is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def texts_of_template(content: str) -> Iterator[Text]:
    """Texts of `translate` and `blocktranslate` tags and of `_("…")` arguments, as Django looks them up."""
    found = [(match.start(), Text(_literal(match.group(1)))) for match in _TRANSLATE.finditer(content)]
    found += [(match.start(), Text(_literal(match.group(1)))) for match in _ARGUMENT.finditer(content)]
    for match in _BLOCK.finditer(content):
        singular, *plural = (_looked_up(part, match["options"]) for part in _PLURAL.split(match["body"]))
        found.append((match.start(), Text(singular, plural=plural[0] if plural else "")))
    return (text for _position, text in sorted(found, key=lambda one: one[0]))


def texts_of_form(content: str) -> Iterator[Text]:
    """Labels of a printed form."""
    return (Text(label) for label in labels_of(content))


TEXTS_OF: dict[str, Callable[[str], Iterator[Text]]] = {
    ".py": texts_of_python, ".html": texts_of_template, ".typ": texts_of_form,
}  # fmt: skip
"""How each kind of file says what it says."""


def _literal(quoted: str) -> str:
    text = quoted[1:-1].replace(f"\\{quoted[0]}", quoted[0]).replace("\\\\", "\\")
    return text.replace("%", "%%")


def _looked_up(body: str, options: str) -> str:
    parts = _VARIABLE.split(body)
    text = "".join(f"%({part})s" if index % 2 else part.replace("%", "%%") for index, part in enumerate(parts))
    if "trimmed" in options.split():
        return " ".join(line.strip() for line in text.splitlines() if line.strip())
    return text


def unmarked(content: str) -> list[tuple[int, str]]:
    """Chinese literals of a Python file that nothing marks for translation: `(line, text)`; docstrings do not count."""
    tree = ast.parse(content)
    seen: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in MARKS | {"gate"}:
            seen |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            seen.add(id(node.value))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and id(node) not in seen
    ]
