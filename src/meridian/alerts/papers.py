"""Papers that run out: what the modules that keep them share (GSP Art 51(5): 90, 60, 30, 7 days before, and on it)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from meridian.alerts.declared import Condition
from meridian.alerts.vocabulary import Stage, stage_of
from meridian.kernel.declare import DocumentType
from meridian.kernel.messages import Message, Text, message
from meridian.platform.screens.derive.addresses import page_url


@dataclass(frozen=True)
class Paper:
    """A paper usable through `last_day`, whose it is and what it is called."""

    id: UUID
    site_id: UUID
    holder: str
    kind: Text | Message
    paper_no: str
    last_day: date


def horizon(today: date) -> date:
    """The latest last day that is warned of today."""
    return today + timedelta(days=Stage.DAYS_90.value)


def running_out(
    declared: type[DocumentType[Any, Any]], papers: Iterable[Paper], today: date, consequence: Message
) -> Sequence[Condition]:
    """A condition for each paper within ninety days of its last day, or past it."""
    found = []
    for paper in papers:
        stage = stage_of(paper.last_day, today)
        if stage is None:
            continue
        figures = {"holder": paper.holder, "kind": paper.kind, "no": paper.paper_no, "day": paper.last_day}
        fact = (
            message("{holder}的{kind} {no} 已于 {day} 到期", **figures)
            if stage is Stage.EXPIRED
            else message("{holder}的{kind} {no} 有效至 {day}", **figures)
        )
        found.append(Condition(
            subject_type=declared.code, subject_id=paper.id, subject_number=f"{paper.holder} {paper.paper_no}".strip(),
            site_id=paper.site_id, fact=fact, consequence=consequence, url=page_url(declared, paper.id),
            due_on=paper.last_day, stage=stage,
        ))  # fmt: skip
    return found
