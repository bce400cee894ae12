"""Rules of labels: a label that cannot be scanned or read, or nobody can account for, is not printed."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from meridian.items.scan_words import fault_sentence
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import listed, message
from meridian.labels.symbols import Content, Layout, Matrix, SymbolError, layout, modules_of
from meridian.labels.vocabulary import LABELS_MAX, LINES_MAX, LabelKind, LabelSize, Resolution, SymbolKind
from meridian.labels.wording import Paragraph, Words, human_readable, paragraphs, points_of


class Label(Protocol):
    """One label of a print."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def words(self) -> Words: ...
    @property
    def content(self) -> Content: ...
    @property
    def content_fault(self) -> str: ...
    @property
    def reprint_no(self) -> int: ...


class PrintsLabels(Protocol):
    """A print of labels."""

    @property
    def kind(self) -> LabelKind: ...
    @property
    def size(self) -> LabelSize: ...
    @property
    def resolution(self) -> Resolution: ...
    @property
    def symbol(self) -> SymbolKind: ...
    @property
    def reprint_reason(self) -> str: ...
    @property
    def lines(self) -> Sequence[Label]: ...
    @property
    def line_count(self) -> int: ...
    @property
    def label_count(self) -> int: ...


@gate(law="G55", blocks="一次打印标签过多 · too many labels in one print", aliases=["LABEL_COUNT_EXCEEDED"])
def label_count_within_limit(facts: PrintsLabels, moment: Moment) -> Sequence[Breach]:
    """One print has so many labels at most that they can be counted against what they are for (GMP Art 84)."""
    del moment
    found = []
    if facts.label_count > LABELS_MAX:
        found.append(Breach(message("一次最多打印 {limit} 张，现为 {count} 张；请分次打印。", limit=LABELS_MAX,
                                    count=facts.label_count)))  # fmt: skip
    if facts.line_count > LINES_MAX:
        found.append(Breach(message("一次最多 {limit} 个对象，现为 {count} 个；请分次打印。", limit=LINES_MAX,
                                    count=facts.line_count)))  # fmt: skip
    return found


@gate(law="G55", blocks="补打标签没有原因 · a reprint without a reason", aliases=["LABEL_REPRINT_UNEXPLAINED"])
def reprint_explained(facts: PrintsLabels, moment: Moment) -> Sequence[Breach]:
    """Labels printed again have a reason, so that two sets on two boxes never go unnoticed (GMP Art 84)."""
    del moment
    again = [label.name for label in facts.lines if label.reprint_no]
    if not again or facts.reprint_reason.strip():
        return []
    return [Breach(message("{names} 已打印过标签；补打请填写原因。", names=listed(again[:5])))]


@gate(law="UDI-3", blocks="条码无法容纳内容 · data the symbol cannot hold", aliases=["LABEL_SYMBOL_INVALID"])
def symbol_holds_data(facts: PrintsLabels, moment: Moment) -> Sequence[Breach]:
    """The symbol says the whole identifier as its issuing agency writes it, and reads back to the same."""
    del moment
    found = []
    for label in facts.lines:
        if label.content_fault:
            evidence = message(
                "{name}：无法按编码规则写成条码：{fault}", name=label.name, fault=fault_sentence(label.content_fault)
            )
            found.append(Breach(evidence, subject_id=label.line_id))
        elif _matrix(facts, label) is None:
            evidence = message(
                "{name}：所选条码不能表示“{content}”；请改用 DataMatrix。",
                name=label.name,
                content=label.content.text[:60],
            )
            found.append(Breach(evidence, subject_id=label.line_id))
    return found


@gate(law="UDI-3", blocks="标签放不下条码 · a symbol too wide for its label", aliases=["LABEL_SYMBOL_TOO_WIDE"])
def symbol_fits_label(facts: PrintsLabels, moment: Moment) -> Sequence[Breach]:
    """The narrowest module of the symbol is at least 0.25 mm wide, so that scanners read it (GenSpecs, healthcare)."""
    del moment
    return [
        Breach(message("{name}：条码在 {size} 标签上过密，扫不出来；请改用 DataMatrix 或更大的标签。", name=label.name,
                       size=facts.size.label), subject_id=label.line_id)
        for label in facts.lines
        if (matrix := _matrix(facts, label)) is not None and _layout(facts, label, matrix) is None
    ]  # fmt: skip


@gate(law="UDI-3", blocks="标签放不下文字 · words too long for their label", aliases=["LABEL_TEXT_TOO_LONG"])
def label_text_fits(facts: PrintsLabels, moment: Moment) -> Sequence[Breach]:
    """All words of the label stand on it, large enough to be read; nothing is cut off (UDI-3: AIDC and HRI)."""
    del moment
    return [
        Breach(message("{name}：文字在 {size} 标签上放不下；请改用更大的标签。", name=label.name,
                       size=facts.size.label), subject_id=label.line_id)
        for label in facts.lines
        if not _text_fits(facts, label)
    ]  # fmt: skip


def _matrix(facts: PrintsLabels, label: Label) -> Matrix | None:
    if label.content_fault:
        return None
    try:
        return modules_of(label.content, facts.symbol)
    except SymbolError:
        return None


def _layout(facts: PrintsLabels, label: Label, matrix: Matrix) -> Layout | None:
    return layout(matrix, facts.symbol, facts.size, facts.resolution, len(human_readable(label.content)))


def _text_fits(facts: PrintsLabels, label: Label) -> bool:
    """True also where no symbol fits: that is another rule's to say."""
    matrix = _matrix(facts, label)
    place = None if matrix is None else _layout(facts, label, matrix)
    if place is None:
        return True
    said = paragraphs(facts.kind, label.words)
    texts = {place.words: said, place.readable: [Paragraph(human_readable(label.content))]}
    return all(points_of(words, box, facts.resolution) is not None for box, words in texts.items())
