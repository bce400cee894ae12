"""What a file holds once it is read: sheets of rows of text, each row with its number in the file."""

from collections.abc import Sequence
from dataclasses import dataclass

ROWS_MAX = 200_000
COLUMNS_MAX = 200
CELL_MAX = 32_767


@dataclass(frozen=True)
class Line:
    """One row that holds anything. `number` counts from 1 as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]

    def cell(self, at: int) -> str:
        """The text of a column from 0; empty past the row's end."""
        return self.cells[at] if at < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """One sheet; a text table has one without a name. Empty rows are left out, their numbers are kept."""

    name: str
    lines: Sequence[Line]

    def up_to(self, rows: int) -> "Sheet":
        """Its first rows alone."""
        return Sheet(self.name, self.lines[:rows])


@dataclass(frozen=True)
class Table:
    """A sheet below its headings."""

    headings: tuple[str, ...]
    heading_row: int
    lines: Sequence[Line]


def table_of(sheet: Sheet, heading_row: int) -> Table:
    """The rows below the row of headings; without such a row there are no headings and no rows."""
    for at, line in enumerate(sheet.lines):
        if line.number == heading_row:
            below = sheet.lines[at + 1 :]
            width = max([len(line.cells), *(len(each.cells) for each in below)])
            headings = tuple(" ".join(line.cell(n).split()) for n in range(width))
            return Table(headings, heading_row, below)
    return Table((), heading_row, ())
