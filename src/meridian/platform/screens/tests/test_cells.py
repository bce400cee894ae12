"""Table cells: tones at their boundaries, nothing unescaped, one cell per column."""

from datetime import date
from decimal import Decimal

import pytest

from meridian.platform.screens import cells, tables
from meridian.platform.screens.view import Badge, Cell, Column, GateCount, Row, Tag

TODAY = date(2026, 11, 23)
HOSTILE = '"><script>alert(1)</script>'


def shown(cell: Cell) -> str:
    return str(cells.inner(cell, TODAY))


@pytest.mark.parametrize(("day", "tone"), [(22, "t-bad"), (23, "t-warn"), (24, None)])
def test_due_day_is_red_when_late_and_amber_today(day: int, tone: str | None) -> None:
    html = shown(Cell(kind="due", value=date(2026, 11, day)))
    assert ("t-bad" in html, "t-warn" in html) == (tone == "t-bad", tone == "t-warn")


@pytest.mark.parametrize(("day", "is_red"), [(22, True), (23, False), (24, False)])
def test_expiry_turns_red_the_day_after(day: int, is_red: bool) -> None:
    assert ("t-bad" in shown(Cell(kind="expiry", value=date(2026, 11, day)))) is is_red


def test_far_due_day_stays_calm() -> None:
    html = shown(Cell(kind="due", value=date(2026, 12, 5)))
    assert html == '<span class="" title="2026-12-05 12 天后">12-05</span>'


def test_negative_money_is_red_with_a_minus_sign() -> None:
    assert shown(Cell(kind="money", value=Decimal("-5"))) == '<span class="t-bad">−5.00</span>'


def test_zero_is_a_value_and_none_is_a_dash() -> None:
    assert shown(Cell(kind="number", value=Decimal(0))) == "0"
    assert "—" in shown(Cell(kind="number"))


def test_gate_says_how_many_are_open_and_never_draws_all_met_while_one_is_open() -> None:
    html = shown(Cell(kind="gate", gate=GateCount(met=14, total=15)))
    assert "差 1 项" in html
    assert 'class="n12 k11"' in html
    assert "可审批" in shown(Cell(kind="gate", gate=GateCount(met=5, total=5, ready="可审批")))


def test_hostile_words_never_become_markup() -> None:
    cell = Cell(value=HOSTILE, note=HOSTILE, url=HOSTILE, dot="ok", dot_title=HOSTILE, tags=(Tag(label=HOSTILE),))
    badge = Cell(kind="badge", badge=Badge(label=HOSTILE))
    column = Column(name="a", label=HOSTILE)
    row = str(tables.rows_html((column,), (Row(key="1", cells=(cell,), url=HOSTILE),), TODAY))
    assert "<script" not in shown(cell) + shown(badge) + row


def test_a_row_has_one_cell_per_column() -> None:
    column = Column(name="a", label="甲")
    with pytest.raises(ValueError, match="shorter"):
        tables.rows_html((column, column), (Row(key="1", cells=(Cell(value="x"),)),), TODAY)


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(KeyError):
        cells.icon("no-such-icon")
