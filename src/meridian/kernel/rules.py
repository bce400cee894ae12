"""The one gate every document with lines shares."""

from collections.abc import Sequence
from typing import Any, Protocol

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import message


class HasLines(Protocol):
    """Any document with lines."""

    @property
    def lines(self) -> Sequence[Any]: ...


@gate(law="会计法 14", blocks="单据没有明细 · a document without lines", aliases=["DOCUMENT_EMPTY"])
def document_has_lines(facts: HasLines, moment: Moment) -> Sequence[Breach]:
    """The document has at least one line: an empty one would prove nothing."""
    del moment
    return [] if facts.lines else [Breach(evidence=message("请至少填写一行明细。"))]
