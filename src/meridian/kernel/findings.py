"""Findings and refusals: what a user, an API client and the trail are told, in the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.kernel.gates import Remedy
from meridian.kernel.messages import Message, message
from meridian.kernel.values.text import is_storable


class FindingKind(StrEnum):
    """How a finding weighs."""

    MUST = "must"
    EXPLAIN = "explain"
    WAIT = "wait"
    WAIVED = "waived"


@dataclass(frozen=True)
class Finding:
    """One reason, with the rule's name, the figures and the cure."""

    code: str
    kind: FindingKind
    evidence: Message
    sentence_key: str = ""
    subject_id: UUID | None = None
    owner: str = ""
    remedy: Remedy | None = None
    law: str = ""
    waiver_id: UUID | None = None
    field: str = ""

    @property
    def sentence(self) -> str:
        """The rule as a sentence in the active language."""
        return str(Message(self.sentence_key or self.code))

    @property
    def blocks(self) -> bool:
        """Whether the transition cannot proceed while this stands (an `explain` needs a remark instead)."""
        return self.kind in (FindingKind.MUST, FindingKind.WAIT)

    def as_data(self) -> dict[str, Any]:
        """The finding as the API answers and the trail keeps it."""
        remedy = self.remedy
        return {
            "code": self.code,
            "kind": str(self.kind),
            "sentence": self.sentence,
            "evidence": str(self.evidence),
            "owner": self.owner,
            "law": self.law,
            "field": self.field,
            "subject_id": str(self.subject_id) if self.subject_id else None,
            "waiver_id": str(self.waiver_id) if self.waiver_id else None,
            "remedy": None
            if remedy is None
            else {
                "label": str(Message(remedy.label)),
                "document_type": remedy.document_type,
                "document_id": str(remedy.document_id) if remedy.document_id else None,
                "transition": remedy.transition,
            },
        }


@dataclass
class Refused(Exception):  # noqa: N818 - "refused" is the domain's word for it
    """A request the engine turned down. Nothing moved; the refusal itself is recorded by the outermost caller."""

    code: str
    status: HTTPStatus
    findings: Sequence[Finding] = ()
    current: Mapping[str, Any] = field(default_factory=dict)
    """For a version conflict: the stored values beside the caller's, field by field."""

    def __post_init__(self) -> None:
        super().__init__(self.code)

    def as_data(self) -> dict[str, Any]:
        """The refusal body: `{"code", "findings": [...]}`, plus `current` for a conflict."""
        body: dict[str, Any] = {"code": self.code, "findings": [finding.as_data() for finding in self.findings]}
        if self.current:
            body["current"] = dict(self.current)
        return body


def refusal(code: str, status: HTTPStatus, evidence: Message, *, field_name: str = "", **details: Any) -> Refused:
    """A refusal with one finding, named by a check's token."""
    finding = Finding(code=code, kind=FindingKind.MUST, evidence=evidence, field=field_name, **details)
    return Refused(code=code, status=status, findings=(finding,))


def faulty(code: str, evidence: Message, field_name: str = "", **details: Any) -> Refused:
    """A refusal (422) of what was sent."""
    return refusal(code, HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name=field_name, **details)


def faulty_fields(problems: Sequence[tuple[str, Message]]) -> Refused:
    """A refusal (422 `field_invalid`) with one finding for each faulty field: `(field name, what is wrong)`."""
    findings = [Finding("field_invalid", FindingKind.MUST, evidence, field=name) for name, evidence in problems]
    return Refused("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, findings)


def require_storable(texts: Mapping[str, str]) -> None:
    """Refuses (422 `field_invalid`) text the database cannot keep, by the name of its field."""
    for name, text in texts.items():
        if not is_storable(text):
            raise faulty("field_invalid", message("含有不可用字符。"), name)
