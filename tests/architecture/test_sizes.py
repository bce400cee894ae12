"""Budgets of STYLE §1: small functions, small files, a small kernel, no late imports."""

import ast
from pathlib import Path

from tests.architecture.source import SOURCE, functions, modules, name_of

FUNCTION_LINES = 50
FILE_LINES = 400
KERNEL_LINES = 4_000
PLATFORM_LINES = 8_000


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path, node in functions()
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_no_file_is_longer_than_a_room() -> None:
    assert [name_of(path) for path in modules() if _lines(path) > FILE_LINES] == []


def test_no_import_hides_inside_a_function() -> None:
    late = [
        f"{name_of(path)}:{inner.lineno}"
        for path, node in functions()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def test_kernel_and_platform_stay_small() -> None:
    def total(package: str) -> int:
        return sum(_lines(path) for path in modules() if path.is_relative_to(SOURCE / package))

    assert total("kernel") <= KERNEL_LINES
    assert total("platform") <= PLATFORM_LINES
