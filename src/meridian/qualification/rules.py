"""Gates about approval files: nothing is approved on papers that are not there (GSP Art 53, 54, 82)."""

from collections.abc import Sequence
from typing import Protocol

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import message
from meridian.qualification.queries import FileContents, ListedPaper
from meridian.qualification.vocabulary import PaperKind


class HoldsPapers(Protocol):
    """Any approval file."""

    @property
    def contents(self) -> FileContents: ...
    @property
    def required_papers(self) -> Sequence[str]: ...


def _listed(facts: HoldsPapers, kind: str) -> Sequence[ListedPaper]:
    return [paper for paper in facts.contents.papers if paper.kind == kind]


@gate(law="GSP-53", blocks="必备资料没有扫描件 · a required paper without its scan", aliases=["FILE_PAPER_MISSING"])
def required_papers_attached(facts: HoldsPapers, moment: Moment) -> Sequence[Breach]:
    """Every paper the law asks for is on the list, and each paper listed is attached (GSP Art 53, 54, 82)."""
    del moment
    breaches = [
        Breach(message("清单中没有“{paper}”。", paper=PaperKind(kind).label))
        for kind in facts.required_papers
        if not _listed(facts, kind)
    ]
    for paper in facts.contents.papers:
        if not any(name.startswith(paper.file_name) for name in facts.contents.attached):
            evidence = message("“{paper}”没有扫描件：附件中没有以“{name}”开头的文件。",
                               paper=PaperKind(paper.kind).label, name=paper.file_name)  # fmt: skip
            breaches.append(Breach(evidence, subject_id=paper.line_id))
    return breaches


@gate(law="GSP-53", blocks="必备资料未加盖公章 · a required paper without the seal", aliases=["FILE_PAPER_UNSEALED"])
def required_papers_sealed(facts: HoldsPapers, moment: Moment) -> Sequence[Breach]:
    """Every paper the law asks for bears the firm's seal (GSP Art 53, 54)."""
    del moment
    return [
        Breach(message("“{paper}”未加盖公章。", paper=PaperKind(paper.kind).label), subject_id=paper.line_id)
        for paper in facts.contents.papers
        if paper.kind in facts.required_papers and not paper.is_sealed
    ]


@gate(law="GSP-53", blocks="审核单中有过期资料 · an expired paper in the file", aliases=["FILE_PAPER_EXPIRED"])
def papers_on_file_not_expired(facts: HoldsPapers, moment: Moment) -> Sequence[Breach]:
    """No paper in the file has expired by the day; its last day is still in time (GSP Art 53, 54, 82)."""
    return [
        Breach(message("“{paper}”已于 {day} 到期。", paper=PaperKind(paper.kind).label, day=paper.valid_until),
               subject_id=paper.line_id)
        for paper in facts.contents.papers
        if paper.valid_until is not None and paper.valid_until < moment.site_day
    ]  # fmt: skip


@gate(law="GSP-53", blocks="复审日期不在今后 · the review day is not ahead", aliases=["FILE_REVIEW_DAY"])
def review_day_ahead(facts: HoldsPapers, moment: Moment) -> Sequence[Breach]:
    """The approval is to be reviewed on a later day: one that ended today would approve nothing (GSP Art 53)."""
    due = facts.contents.review_due_on
    if moment.site_day < due:
        return []
    return [Breach(message("复审日期 {day} 须晚于今天。", day=due))]
