"""Every state of requisitions, inquiries and quotations × every transition × who may and who may not."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from meridian.organization.vocabulary import QUALITY_ROLES, Role
from meridian.purchasing.documents import InquiryDocument, QuotationDocument, RequisitionDocument
from meridian.purchasing.documents.requisition import REQUESTERS
from meridian.purchasing.tests.inbound import ROLES
from meridian.purchasing.tests.sourcing import CHEAP, Sourcing, new_sourcing
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved

pytestmark = pytest.mark.django_db
NEED, ASKED, OFFERED = RequisitionDocument, InquiryDocument, QuotationDocument
MANAGER = Role.PURCHASING_MANAGER
BUYERS = {Role.BUYER, MANAGER}
ALL_ROLES = tuple(dict.fromkeys((*ROLES, *QUALITY_ROLES)))
ASKING = {role for role in REQUESTERS if role in ROLES}


@pytest.fixture(scope="module")
def sourcing(django_db_setup: None, django_db_blocker: Any) -> Sourcing:
    """One committed company for all cases: every case makes documents of its own."""
    with django_db_blocker.unblock():
        return new_sourcing()


def invited(sourcing: Sourcing) -> UUID:
    return sourcing.invite(sourcing.inquiry(None, "5"), CHEAP)


def priced(sourcing: Sourcing) -> UUID:
    quotation = invited(sourcing)
    sourcing.price(quotation, "9.80")
    return quotation


def chosen(sourcing: Sourcing) -> UUID:
    inquiry = sourcing.inquiry(None, "5")
    sourcing.offer(inquiry, CHEAP, "9.80")
    sourcing.send(inquiry)
    sourcing.choose(inquiry, CHEAP)
    return inquiry


def lifecycles(sourcing: Sourcing) -> dict[str, Lifecycle]:
    """The tables of the three types."""
    company = sourcing.company

    def after(make: Any, *steps: tuple[Any, Role]) -> Any:
        return lambda: moved(company, make(), *steps)

    need, asked = partial(sourcing.requisition, agreed=False), partial(sourcing.inquiry, None, "5", invite=[CHEAP])
    submitted = after(need, (NEED.submit, Role.KEEPER))
    of_need = Lifecycle(
        NEED,
        {
            "draft": need, "submitted": submitted, "agreed": sourcing.requisition,
            "closed": after(sourcing.requisition, (NEED.close, MANAGER)), "voided": after(need, (NEED.void, MANAGER)),
        },
        {
            ("draft", "submit"): "submitted", ("draft", "void"): "voided", ("submitted", "agree"): "agreed",
            ("submitted", "send_back"): "draft", ("submitted", "void"): "voided", ("agreed", "close"): "closed",
        },
        {"submit": ASKING, "agree": {MANAGER}, "send_back": {MANAGER}, "close": BUYERS, "void": ASKING},
    )  # fmt: skip
    of_inquiry = Lifecycle(
        ASKED,
        {
            "draft": asked, "sent": partial(chosen, sourcing),
            "awarded": after(partial(chosen, sourcing), (ASKED.award, MANAGER)),
            "failed": after(partial(chosen, sourcing), (ASKED.fail, Role.BUYER)),
            "voided": after(asked, (ASKED.void, MANAGER)),
        },
        {
            ("draft", "send"): "sent", ("draft", "void"): "voided", ("sent", "award"): "awarded",
            ("sent", "fail"): "failed",
        },
        {"send": BUYERS, "award": {MANAGER}, "fail": BUYERS, "void": BUYERS},
    )  # fmt: skip
    of_quotation = Lifecycle(
        OFFERED,
        {
            "invited": partial(priced, sourcing),
            "offered": after(partial(priced, sourcing), (OFFERED.offer, Role.BUYER)),
            "withdrawn": after(partial(priced, sourcing), (OFFERED.withdraw, Role.BUYER)),
        },
        {
            ("invited", "offer"): "offered", ("invited", "withdraw"): "withdrawn",
            ("offered", "withdraw"): "withdrawn",
        },
        {"offer": BUYERS, "withdraw": BUYERS},
    )  # fmt: skip
    return {NEED.code: of_need, ASKED.code: of_inquiry, OFFERED.code: of_quotation}


def cases() -> Iterator[Any]:
    for declared in (NEED, ASKED, OFFERED):
        for state in declared.states.values:
            yield pytest.param(declared.code, state, id=f"{declared.code}-{state}")


@pytest.mark.parametrize(("code", "state"), list(cases()))
def test_lifecycle(sourcing: Sourcing, code: str, state: str) -> None:
    lifecycle = lifecycles(sourcing)[code]
    declared = lifecycle.declared
    assert (set(lifecycle.makers), set(lifecycle.may)) == (set(declared.states.values), set(declared.transitions))
    assert departures(sourcing.company, lifecycle, state, ALL_ROLES) == []
