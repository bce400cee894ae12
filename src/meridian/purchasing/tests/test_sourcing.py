"""From a need to an award: what may be asked for, whose offer may be taken, what is kept of the choice."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.kernel.clock import now
from meridian.kernel.findings import Refused
from meridian.organization.queries import zone_of_site
from meridian.organization.vocabulary import Role
from meridian.purchasing.comparing import canonical
from meridian.purchasing.documents import (
    InquiryDocument,
    PurchaseOrderDocument,
    QuotationDocument,
    RequisitionDocument,
)
from meridian.purchasing.models import (
    AwardRecord,
    Inquiry,
    InquiryLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Quotation,
    Requisition,
    RequisitionLine,
)
from meridian.purchasing.tests.sourcing import CHEAP, DEAR, EXPIRED, Sourcing, new_sourcing

pytestmark = pytest.mark.django_db


@pytest.fixture
def sourcing() -> Sourcing:
    return new_sourcing()


def refused(call: Any, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    return caught.value


def needs(sourcing: Sourcing, requisition: UUID) -> tuple[int, int]:
    with sourcing.company.scope():
        line = RequisitionLine.objects.get(document_id=requisition)
        return int(line.asked), int(line.ordered)


def test_a_requester_does_not_agree_to_his_own_requisition(sourcing: Sourcing) -> None:
    company, manager = sourcing.company, Role.PURCHASING_MANAGER
    requisition = sourcing.requisition(agreed=False)
    company.perform(RequisitionDocument.submit, requisition, role=manager)
    assert (
        refused(company.perform, RequisitionDocument.agree, requisition, role=manager).code == "second_person_required"
    )
    assert sourcing.refusals(requisition) == ["second_person_required"]
    with company.scope():
        assert Requisition.objects.get(pk=requisition).state == "submitted"


def test_inquiry_within_requisition__allows_the_last_piece__refuses_one_more(sourcing: Sourcing) -> None:
    requisition = sourcing.requisition("100")
    first = sourcing.send(sourcing.inquiry(requisition, "60", invite=[CHEAP]))
    over, rest = (sourcing.inquiry(requisition, quantity, invite=[CHEAP]) for quantity in ("41", "40"))
    found = refused(sourcing.send, over)
    assert ([each.code for each in found.findings], sourcing.refusals(over)) == (
        ["inquiry_within_requisition"], ["inquiry_within_requisition"],
    )  # fmt: skip
    assert needs(sourcing, requisition) == (60, 0)
    sourcing.send(rest)
    assert needs(sourcing, requisition) == (100, 0)
    sourcing.company.perform(InquiryDocument.fail, first, role=Role.BUYER, reason="无人报价")
    assert needs(sourcing, requisition) == (40, 0)


def test_a_new_inquiry_asks_for_what_nobody_has_asked_for(sourcing: Sourcing) -> None:
    requisition = sourcing.requisition("100")
    sourcing.send(sourcing.inquiry(requisition, "60", invite=[CHEAP]))
    inquiry = sourcing.inquiry(requisition)
    with sourcing.company.scope():
        line = InquiryLine.objects.get(document_id=inquiry)
    assert (line.item_id, int(line.quantity)) == (sourcing.item, 40)


def test_nothing_is_asked_for_a_requisition_that_is_not_agreed(sourcing: Sourcing) -> None:
    found = refused(sourcing.inquiry, sourcing.requisition(agreed=False))
    assert (found.code, found.findings[0].field) == ("field_invalid", "requisition")


def test_suppliers_invited__allows_one__refuses_none(sourcing: Sourcing) -> None:
    inquiry = sourcing.inquiry(None, "5")
    assert refused(sourcing.send, inquiry).code == "suppliers_invited"
    assert sourcing.refusals(inquiry) == ["suppliers_invited"]
    sourcing.invite(inquiry, DEAR)
    sourcing.send(inquiry)


def test_a_supplier_is_invited_once_and_offers_only_what_was_asked(sourcing: Sourcing) -> None:
    inquiry = sourcing.inquiry(None, "5", invite=[DEAR])
    assert refused(sourcing.invite, inquiry, DEAR).findings[0].field == "supplier"
    fields = {"inquiry": inquiry, "supplier": sourcing.suppliers[CHEAP]}
    twice = [{"item": sourcing.item}, {"item": sourcing.item}]
    found = refused(sourcing.company.draft, QuotationDocument, fields, twice, role=Role.BUYER)
    assert found.findings[0].field == "lines.1.item"


def test_quotation_terms_complete__allows_price_and_days__refuses_without(sourcing: Sourcing) -> None:
    inquiry = sourcing.inquiry(None, "5")
    quotation = sourcing.invite(inquiry, DEAR)
    offer = QuotationDocument.offer
    found = refused(sourcing.company.perform, offer, quotation, role=Role.BUYER)
    assert [each.code for each in found.findings] == ["quotation_terms_complete"] * 2
    sourcing.price(quotation, "10", lead_days=None)
    assert len(refused(sourcing.company.perform, offer, quotation, role=Role.BUYER).findings) == 1
    sourcing.price(quotation, "10")
    assert sourcing.company.perform(offer, quotation, role=Role.BUYER).state == "offered"
    assert sourcing.refusals(quotation) == ["quotation_terms_complete"] * 2


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (1, True)])
def test_quotation_in_force__allows_through_its_last_day__refuses_the_day_after(
    sourcing: Sourcing, days: int, allowed: bool
) -> None:
    with sourcing.company.scope():
        last = now().astimezone(zone_of_site(sourcing.company.set_up.site_id)).date() + timedelta(days=days)
    quotation = sourcing.invite(sourcing.inquiry(None, "5"), DEAR)
    sourcing.price(quotation, "10")
    sourcing.company.draft(QuotationDocument, {"valid_until": last.isoformat()}, role=Role.BUYER, document_id=quotation)
    codes = []
    try:
        sourcing.company.perform(QuotationDocument.offer, quotation, role=Role.BUYER)
    except Refused as found:
        codes = [each.code for each in found.findings]
    assert codes == ([] if allowed else ["quotation_in_force"])


def test_awarded_offer_eligible__allows_valid_papers__refuses_an_expired_licence(sourcing: Sourcing) -> None:
    inquiry = sourcing.compared()
    assert [each.code for each in refused(sourcing.award, inquiry).findings] == ["awarded_offer_eligible"]
    sourcing.choose(inquiry, EXPIRED, "价格最低")
    found = refused(sourcing.award, inquiry)
    assert [each.code for each in found.findings] == ["awarded_offer_eligible"]
    assert "2021-12-31" in str(found.findings[0].evidence)
    with sourcing.company.scope():
        assert (AwardRecord.objects.count(), PurchaseOrder.objects.count()) == (0, 0)
        assert Inquiry.objects.get(pk=inquiry).state == "sent"
    assert sourcing.refusals(inquiry) == ["awarded_offer_eligible"] * 2
    sourcing.choose(inquiry, CHEAP)
    assert sourcing.award(inquiry).state == "awarded"


def test_award_above_lowest_explained__allows_with_a_reason__refuses_without(sourcing: Sourcing) -> None:
    inquiry = sourcing.compared()
    sourcing.choose(inquiry, DEAR)
    assert refused(sourcing.award, inquiry).code == "award_above_lowest_explained"
    assert sourcing.refusals(inquiry) == ["award_above_lowest_explained"]
    sourcing.choose(inquiry, DEAR, "交货更快，避免断货")
    assert sourcing.award(inquiry).state == "awarded"


def test_an_award_drafts_the_order_and_releasing_it_counts_for_the_requisition(sourcing: Sourcing) -> None:
    inquiry = sourcing.awarded()
    with sourcing.company.scope():
        order = PurchaseOrder.objects.get(inquiry_id=inquiry)
        line = PurchaseOrderLine.objects.get(document_id=order.pk)
        requisition = Requisition.objects.get()
    assert (order.state, order.supplier_name, order.buyer_name) == ("draft", CHEAP, "采购员甲")
    assert (line.quantity, line.unit_price, order.amount) == (Decimal(100), Decimal("9.80"), Decimal("980.00"))
    assert (needs(sourcing, requisition.pk), requisition.ordered_percent) == ((100, 0), 0)
    sourcing.company.perform(PurchaseOrderDocument.release, order.pk, role=Role.PURCHASING_MANAGER)
    with sourcing.company.scope():
        requisition.refresh_from_db()
    assert (needs(sourcing, requisition.pk), requisition.ordered_percent) == ((100, 100), 100)


def test_an_award_keeps_the_comparison_whatever_is_offered_later(sourcing: Sourcing) -> None:
    inquiry = sourcing.awarded()
    with sourcing.company.scope():
        kept = AwardRecord.objects.get(inquiry_id=inquiry)
        quotation = Quotation.objects.get(supplier_id=sourcing.suppliers[CHEAP])
        assert Inquiry.objects.get(pk=inquiry).evidence_hash == kept.sha256
    matrix = json.loads(kept.compared)
    assert canonical(matrix) == (kept.compared, kept.sha256)
    [line] = matrix["lines"]
    told = {each["landed_cost"]: (each["eligible"], each["is_lowest"]) for each in line["offers"]}
    assert told == {"10.00": (True, False), "9.50": (False, False), "9.80": (True, True)}
    found = refused(sourcing.price, quotation.pk, "1")
    assert found.findings[0].field == "inquiry"
    with sourcing.company.scope():
        assert AwardRecord.objects.get(inquiry_id=inquiry).sha256 == kept.sha256
