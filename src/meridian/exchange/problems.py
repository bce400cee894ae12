"""What is wrong with a row: where, what stands there, which rule says so, and what would help."""

import hashlib
from dataclasses import dataclass

from meridian.kernel.messages import Message

WHOLE_ROW = -1


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `column_no` counts the file's columns from 0, or is `WHOLE_ROW`; `path` is the record's."""

    row_no: int
    column_no: int
    path: str
    value: str
    code: str
    reason: Message | str
    suggestion: Message | str = ""

    def cause(self, heading: str) -> str:
        """The same for the same fault of the same column, whatever stands there."""
        template = self.reason.template if isinstance(self.reason, Message) else self.reason
        return hashlib.sha256(f"{heading}\n{self.code}\n{template}".encode()).hexdigest()[:32]
