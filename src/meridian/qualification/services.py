"""What drafting, reviewing and approving a file does: its approval reaches the master through the master's own door."""

from datetime import date
from typing import Any, Protocol

from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.work import Work
from meridian.parties.documents import SupplierDocument
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.parties.services import propose_approval
from meridian.parties.vocabulary import PartyState
from meridian.qualification.models import SupplierQualification
from meridian.qualification.queries import SupplierQualificationFacts
from meridian.qualification.vocabulary import SUPPLIER_PAPERS, Occasion, PaperKind

_UNREAD: frozenset[Any] = frozenset()


class ReadOn(Protocol):
    """Facts that name the day they were read."""

    @property
    def read_on(self) -> date: ...


def file_anchors(facts: ReadOn) -> RetentionAnchors:
    """An approval file is kept from its latest move (R0)."""
    return RetentionAnchors(base_day=facts.read_on)


def checklist(kinds: Any) -> list[dict[str, Any]]:
    """A line for each paper the law asks for, its scan named after it."""
    return [{"kind": kind.value, "file_name": str(PaperKind(kind).label)} for kind in kinds]


def prepare_supplier_qualification(draft: Draft) -> None:
    """A new file is of a first approval or a review as the supplier stands; its list begins with what law asks for."""
    if draft.is_new:
        supplier = supplier_verdicts([draft.header["supplier_id"]], _UNREAD)[draft.header["supplier_id"]]
        _begin(draft, SUPPLIER_PAPERS[supplier.kind], is_renewal=_is_renewal(supplier))


def _is_renewal(party: SupplierVerdict) -> bool:
    return party.state == PartyState.APPROVED


def _begin(draft: Draft, required: Any, *, is_renewal: bool) -> None:
    draft.header["occasion"] = Occasion.RENEWAL if is_renewal else Occasion.FIRST
    if not draft.lines:
        draft.lines = checklist(required)


def keep_opinion(work: Work[Any, Any]) -> None:
    """What quality gave as its reason is the opinion on record."""
    work.set(opinion=work.reason)


def approve_supplier(work: Work[SupplierQualification, SupplierQualificationFacts]) -> None:
    """The supplier is approved, or its review passed, by the same person in the same transaction."""
    supplier = work.facts.supplier
    transition = SupplierDocument.renew if _is_renewal(supplier) else SupplierDocument.approve_by_file
    propose_approval(SupplierDocument.model, supplier.id, file_id=work.document.pk,
                     review_due_on=work.facts.contents.review_due_on)  # fmt: skip
    perform(transition, Command(supplier.id), actor=work.actor)
