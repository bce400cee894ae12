"""Why a logger's export cannot be read."""

from enum import StrEnum


class Fault(StrEnum):
    """Why an export cannot be read."""

    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    NO_TABLE = "no_table"
    NO_READINGS = "no_readings"
    TOO_MANY = "too_many"
    MISSING = "missing"
    TIME = "time"
    AMBIGUOUS = "ambiguous"
    """Day and month cannot be told apart in any line."""
    TEMPERATURE = "temperature"
    DAMAGED = "damaged"
    """No workbook, an encrypted one, or one with parts a reader cannot trust."""
    SWOLLEN = "swollen"
    """Unpacks to far more than it says, or than any log is."""
    MACROS = "macros"
    FORMULAS = "formulas"
    """Readings that are computed are no readings; neither are those of another file."""
    SEVERAL = "several"
    """More than one sheet looks like a log."""
    OLD_WORKBOOK = "old_workbook"


class LogFaultError(ValueError):
    """An export that cannot be read; `line` counts from 1, `column` is the heading, `text` what stands there."""

    def __init__(self, fault: Fault, *, line: int = 0, column: str = "", text: str = "") -> None:
        super().__init__(f"{fault} in line {line}, column {column!r}: {text!r}")
        self.fault, self.line, self.column, self.text = fault, line, column, text[:80]
