"""Findings as people read them: one row with sentence, figures, clause, owner and cure."""

from typing import Literal
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from meridian.kernel.findings import Finding, FindingKind
from meridian.kernel.gates import Remedy
from meridian.kernel.messages import Message
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.view import GateRow, Link

Kind = Literal["must", "explain", "wait", "waived", "pass"]
_KINDS: dict[FindingKind, Kind] = {
    FindingKind.MUST: "must",
    FindingKind.EXPLAIN: "explain",
    FindingKind.WAIT: "wait",
    FindingKind.WAIVED: "waived",
}
ORDER: tuple[Kind, ...] = ("must", "explain", "wait", "waived", "pass")


def role_labels(codes: str) -> str:
    """Posts by their codes (comma-separated) in words."""
    return "、".join(str(provided().role_label(code)) for code in codes.split(",") if code)


def owner_sentence(codes: str) -> str:
    """Who can help, or nothing."""
    return _("可由 %(roles)s 办理。") % {"roles": role_labels(codes)} if codes else ""


def row_of(finding: Finding, declared: AnyDocumentType | None = None, document_id: UUID | None = None) -> GateRow:
    """A finding as a row of the gate panel; its remedy may be a transition of the document at hand."""
    remedies = [remedy_link(finding.remedy, declared, document_id)] if finding.remedy else []
    if finding.waiver_id is not None and (waiver := registry.document_type("waiver")) is not None:
        remedies.append(Link(label=_("豁免单"), url=addresses.page_url(waiver, finding.waiver_id)))
    return GateRow(
        kind=_KINDS[finding.kind],
        sentence=finding.sentence if finding.sentence_key else str(finding.evidence),
        evidence=str(finding.evidence) if finding.sentence_key else "",
        code=finding.code,
        code_url=addresses.rule_url(finding.code) if finding.sentence_key else "",
        law=finding.law,
        owner=role_labels(finding.owner),
        remedies=tuple(link for link in remedies if link is not None),
    )


def remedy_link(remedy: Remedy, declared: AnyDocumentType | None, document_id: UUID | None) -> Link | None:
    """Where a cure is found; None when its page does not exist on this site."""
    label = str(Message(remedy.label))
    target = registry.document_type(remedy.document_type) if remedy.document_type else declared
    target_id = remedy.document_id or (document_id if not remedy.document_type else None)
    if remedy.url_name:
        try:
            return Link(label=label, url=reverse(remedy.url_name))
        except NoReverseMatch:
            return None
    if target is None:
        return None
    if target_id is None:
        return Link(label=label, url=addresses.list_url(target))
    if remedy.transition:
        return Link(label=label, url=addresses.step_url(target, target_id, remedy.transition))
    return Link(label=label, url=addresses.page_url(target, target_id))
