"""Headings and cells of derived tables: another record is headed by what it is here, and stands in one cell."""

from typing import Any

from meridian.kernel.declare import column_path
from meridian.kernel.registry import registry
from meridian.platform.screens.derive.columns import Shown, cell, folded, shown_of


def shown_lines(code: str) -> list[Shown]:
    declared: Any = registry.document_types[code]
    return [shown_of(ref) for ref in declared.lines.columns if column_path(ref) != "line_no"]


def test_a_name_of_another_record_is_headed_by_what_that_record_is_here() -> None:
    declared = registry.document_types["sales_order"]
    labels = {str(each.label) for each in map(shown_of, declared.screen.columns)}
    assert "购货者" in labels
    assert "名称" not in labels


def test_an_item_of_a_line_stands_in_one_cell_and_its_unit_with_the_quantity() -> None:
    lines = folded(shown_lines("sales_order"))
    assert [str(each.label) for each in lines] == ["物料", "数量", "单价", "金额", "客户指定批号"]
    row = {
        "item__device_name": "一次性使用无菌注射器",
        "item__number": "WL-000001",
        "item__specification": "5 mL",
        "item": None,
    }
    shown = cell(lines[0], row, with_note=True)
    assert (shown.value, shown.note) == ("一次性使用无菌注射器", "WL-000001 · 5 mL")
    assert lines[1].unit_path == "item__base_unit"


def test_words_a_line_keeps_of_its_item_stand_in_one_cell_with_the_items_number() -> None:
    lines = folded(shown_lines("acceptance_inspection"))
    first = lines[0]
    assert first.value_path == "device_name"
    assert set(first.note_paths) >= {"item__number", "specification"}
    assert first.key_path == "item"
