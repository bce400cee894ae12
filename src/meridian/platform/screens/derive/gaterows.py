"""Findings as people read them: one row with sentence, figures, clause, owner and cure."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from meridian.kernel.context import current_company_id
from meridian.kernel.findings import Finding, FindingKind
from meridian.kernel.gates import Remedy, all_gates
from meridian.kernel.messages import Message, listed
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.sql import fetch
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.view import GateRow, Link

if TYPE_CHECKING:
    from meridian.platform.screens.derive.reader import Reader

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
    return listed(provided().role_label(code) for code in codes.split(",") if code)


def owner_sentence(codes: str) -> str:
    """Who can help, or nothing."""
    return _("可由 %(roles)s 办理。") % {"roles": role_labels(codes)} if codes else ""


def row_of(
    finding: Finding, reader: "Reader", waived: Mapping[UUID, str],
    declared: AnyDocumentType | None = None, document: Any | None = None,
) -> GateRow:  # fmt: skip
    """A finding as a row of the gate panel; its cure may be a move of the document at hand, or a waiver to ask for."""
    remedies = [remedy_link(finding.remedy, declared, document and document.pk)] if finding.remedy else []
    waiver, gate = registry.document_types["waiver"], all_gates().get(finding.code)
    told = [str(finding.evidence)] if finding.sentence_key else []
    if finding.waiver_id is not None:
        told.append(waived.get(finding.waiver_id, ""))
        if reader.may_read(waiver):
            remedies.append(Link(label=_("豁免单"), url=addresses.page_url(waiver, finding.waiver_id)))
    elif gate is not None and gate.waivable_by and declared is not None and document and reader.may_draft(waiver):
        asked = {"gate_code": gate.code, "subject_type": declared.code, "subject_number": document.number,
                 "site_id": str(document.site_id)}  # fmt: skip
        remedies.append(Link(label=_("申请让步"), url=f"{addresses.new_url(waiver)}?{urlencode(asked)}"))
    return GateRow(
        kind=_KINDS[finding.kind],
        sentence=finding.sentence if finding.sentence_key else str(finding.evidence),
        evidence=" ".join(filter(None, told)),
        code=finding.code,
        code_url=addresses.rule_url(finding.code) if finding.sentence_key else "",
        law=finding.law,
        owner=role_labels(finding.owner or ("" if finding.waiver_id or gate is None else ",".join(gate.waivable_by))),
        remedies=tuple(link for link in remedies if link is not None),
    )


_WAIVERS = """
SELECT w.id, w.justification, w.ends_on, (SELECT string_agg(s.signer_name, '、' ORDER BY s.id) FROM kernel_signature s
  WHERE s.document_id = w.id AND s.company_id = w.company_id)
FROM kernel_waiver w WHERE w.id = ANY(%s) AND w.company_id = %s
"""


def waivers_in_words(findings: Iterable[Finding]) -> dict[UUID, str]:
    """By waiver: why, until when, by whose signature. One statement at most, however many findings it covers."""
    keys = {finding.waiver_id for finding in findings if finding.waiver_id is not None}
    rows = fetch(_WAIVERS, [list(keys), current_company_id()]) if keys else []
    told = _("让步：%(why)s，有效至 %(day)s，%(who)s 签署。")
    return {key: told % {"why": why.rstrip("。."), "day": day, "who": who or ""} for key, why, day, who in rows}


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
