"""One door: who may write a state, raise a refusal, read a clock or reach into another module's tables."""

import ast

from tests.architecture.source import SOURCE, functions, modules, name_of


def _module_of(name: str) -> str:
    return name.split("/", 1)[0]


def test_only_the_closing_statement_writes_a_state() -> None:
    """A state that changed outside perform() has no gate, no signature and no trail row."""
    writers = set()
    for path, tree in modules().items():
        for node in ast.walk(tree):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AugAssign)
                else []
            )
            if any(
                isinstance(t, ast.Attribute)
                and t.attr == "state"
                and not (isinstance(t.value, ast.Name) and t.value.id == "self")
                for t in targets
            ):
                writers.add(name_of(path))
    assert writers <= {"kernel/closing.py"}


def test_only_the_kernel_and_input_readers_refuse() -> None:
    """Refusals come from gates and the engine's checks; an effect that refused would do so after the signature."""
    raised = {
        name_of(path)
        for path, node in functions()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Raise) and inner.exc is not None and "id='Refused'" in ast.dump(inner.exc)
    }
    assert {name for name in raised if _module_of(name) not in {"kernel", "platform"}} == set()


def test_only_the_clock_reads_the_time() -> None:
    forbidden = {"now", "today", "utcnow"}
    readers = set()
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in forbidden
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"datetime", "date", "timezone"}
            ):
                readers.add(name_of(path))
    assert readers <= {"kernel/clock.py", "items/udi/calc.py"}


def test_declarations_hold_no_logic() -> None:
    logic = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in modules().items()
        if "/documents/" in name_of(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.If | ast.IfExp | ast.For)
    ]
    assert logic == []


def test_declarations_read_no_rows() -> None:
    found = [
        name_of(path)
        for path in modules()
        if "/documents/" in name_of(path) and ".objects" in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_rules_read_no_rows_and_write_none() -> None:
    words = (".objects", "connection", "cursor", "perform(", ".save(")
    found = [
        f"{name_of(path)}: {word}"
        for path in modules()
        if path.name == "rules.py" or "/rules/" in name_of(path)
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_the_source_tree_is_where_it_is_expected() -> None:
    assert (SOURCE / "kernel" / "engine.py").exists()
