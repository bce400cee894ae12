"""What can be wrong with a whole file."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why a file is not read at all."""

    UNKNOWN_KIND = "unknown_kind"
    """Neither a workbook (.xlsx) nor a text table (.csv, .txt, .tsv)."""
    UNKNOWN_ENCODING = "unknown_encoding"
    DAMAGED = "damaged"
    SWOLLEN = "swollen"
    """Unpacks to far more than it may."""
    MACROS = "macros"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    UNCLOSED_QUOTE = "unclosed_quote"
    EMPTY = "empty"


@dataclass
class FileFaultError(Exception):
    """The file cannot be read; `row` is where reading stopped, from 1, 0 where it never began."""

    fault: Fault
    row: int = 0

    def __post_init__(self) -> None:
        super().__init__(self.fault.value)
