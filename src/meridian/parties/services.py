"""What drafting and approving a party does."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Protocol
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import Document
from meridian.kernel.sql import run
from meridian.kernel.values.pinyin import spelled
from meridian.kernel.work import Work
from meridian.organization.services import mnemonic_of, paper_anchors, require_period

__all__: Sequence[str] = (
    "approve_by_file", "approve_party", "paper_anchors", "party_anchors", "prepare_licence", "prepare_party",
    "propose_approval", "renew_by_file", "suspend_master",
)  # fmt: skip


class ReadOn(Protocol):
    """Facts that name the day they were read."""

    @property
    def read_on(self) -> date: ...


def party_anchors(facts: ReadOn) -> RetentionAnchors:
    """A party's file is kept from its latest move (R0)."""
    return RetentionAnchors(base_day=facts.read_on)


def prepare_party(draft: Draft) -> None:
    """Completes a supplier's or customer's draft: code in capitals, search code of the name."""
    if "uscc" in draft.header:
        draft.header["uscc"] = draft.header["uscc"].upper()
    if "name" in draft.header:
        draft.header["mnemonic"] = mnemonic_of(draft.header["name"])
        draft.header["pinyin"] = spelled(draft.header["name"])


_PROPOSE = """
UPDATE {table} SET proposed_file_id = %s, review_due_on = %s WHERE id = %s AND company_id = %s
"""


def propose_approval(model: type[Document], master_id: UUID, *, file_id: UUID, review_due_on: date) -> None:
    """Names the approved file a master's approval is about to rest on, in the transaction that approves the master."""
    statement = _PROPOSE.format(table=model._meta.db_table)
    run(statement, [file_id, review_due_on, master_id, current_company_id()])


def approve_by_file(work: Work[Any, Any]) -> None:
    """Notes the instant of approval and uses up the file: orders before it are refused (G01, G05, G27)."""
    work.set(
        approved_at=work.moment.instant, approval_file_id=work.document.proposed_file_id, proposed_file_id=None
    )  # fmt: skip


def renew_by_file(work: Work[Any, Any]) -> None:
    """Rests the approval on a further file; the instant of the first one stands."""
    work.set(approval_file_id=work.document.proposed_file_id, proposed_file_id=None)


def suspend_master(work: Work[Any, Any]) -> None:
    """What was approved by a file needs a new one."""
    work.set(approval_file_id=None, review_due_on=None)


def approve_party(work: Work[Any, Any]) -> None:
    """Notes the instant of approval: orders before it are refused (G01, G27)."""
    work.set(approved_at=work.moment.instant)


def prepare_licence(draft: Draft) -> None:
    """A licence belongs to one supplier or one customer, and ends no earlier than it begins (422 `field_invalid`)."""
    owners = [draft.header.get(name, getattr(draft.document, name)) for name in ("supplier_id", "customer_id")]
    if sum(owner is not None for owner in owners) != 1:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("请选择供货者或购货者，只选其一。"),
                      field_name="supplier")  # fmt: skip
    require_period(draft)
