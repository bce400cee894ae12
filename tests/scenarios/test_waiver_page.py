"""A waiver is asked for where its rule stands in the way: rule, document and site come along, nobody types an id."""

import re
from html import unescape

import pytest

from meridian.kernel.documents import WaiverDocument
from meridian.kernel.findings import Refused
from meridian.kernel.models import Waiver
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound, new_inbound
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt
from tests.scenarios.test_palette import client_of

pytestmark = pytest.mark.django_db
ASK = re.compile(r'href="(/kernel/waivers/new\?[^"]+)"')


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def too_many(inbound: Inbound) -> GoodsReceipt:
    """A receipt of 12 where 10 were ordered."""
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12")])
    with inbound.company.scope():
        return GoodsReceipt.objects.get(pk=receipt)


def test_who_may_sign_waivers_is_led_to_one_for_this_rule_and_document(inbound: Inbound) -> None:
    receipt = too_many(inbound)
    address = f"/warehouse/goods-receipts/{receipt.pk}/"
    manager = client_of(inbound.company, Role.PURCHASING_MANAGER)
    [asked] = ASK.findall(manager.get(address).content.decode())
    form = manager.get(unescape(asked)).content.decode()
    assert '<option value="quantity_within_order" selected>' in form
    assert '<option value="goods_receipt" selected>' in form
    assert f'value="{receipt.number}"' in form
    assert not ASK.findall(client_of(inbound.company, Role.RECEIVER).get(address).content.decode())


def test_a_waiver_shows_the_rule_in_words_and_leads_to_its_document(inbound: Inbound) -> None:
    receipt = too_many(inbound)
    fields = {"gate_code": "quantity_within_order", **inbound.company.about(GoodsReceiptDocument, receipt.pk),
              "quantity": "2", "justification": "供方随货赠送", "ends_on": "2099-12-31"}  # fmt: skip
    made = inbound.company.draft(WaiverDocument, fields, role=Role.PURCHASING_MANAGER).document_id
    page = client_of(inbound.company, Role.PURCHASING_MANAGER).get(f"/kernel/waivers/{made}/").content.decode()
    facts = page.split('class="m-facts', 1)[1].split("</section>", 1)[0]
    assert "收货数量不超过订单未收数量" in facts
    assert "quantity_within_order" not in facts
    assert "收货单" in facts
    assert f'href="/warehouse/goods-receipts/{receipt.pk}/"' in facts


def test_a_number_no_document_has_is_refused_by_its_field_and_writes_nothing(inbound: Inbound) -> None:
    fields = {"gate_code": "quantity_within_order", "subject_type": "goods_receipt", "subject_number": "SH-000000-0000",
              "justification": "供方随货赠送", "ends_on": "2099-12-31"}  # fmt: skip
    with pytest.raises(Refused) as caught:
        inbound.company.draft(WaiverDocument, fields, role=Role.PURCHASING_MANAGER)
    [finding] = caught.value.findings
    assert (finding.code, finding.field) == ("field_invalid", "subject_number")
    assert "SH-000000-0000" in str(finding.evidence)
    with inbound.company.scope():
        assert not Waiver.objects.exists()


@pytest.mark.parametrize("code", ["document_has_lines", "no_such_rule"])
def test_a_rule_that_nobody_may_waive_is_refused_by_its_field(inbound: Inbound, code: str) -> None:
    receipt = too_many(inbound)
    fields = {"gate_code": code, **inbound.company.about(GoodsReceiptDocument, receipt.pk),
              "justification": "供方随货赠送", "ends_on": "2099-12-31"}  # fmt: skip
    with pytest.raises(Refused) as caught:
        inbound.company.draft(WaiverDocument, fields, role=Role.PURCHASING_MANAGER)
    assert [finding.field for finding in caught.value.findings] == ["gate_code"]


def test_a_waived_condition_of_many_lines_costs_the_page_no_more_statements(inbound: Inbound) -> None:
    """Every line is over, one waiver lets all of them pass: the panel reads it once."""

    def page(lines: int) -> tuple[int, str]:
        quantity = 12 // lines
        order = inbound.order(str(lines * quantity - lines))
        receipt = inbound.receipt(order, [inbound.line(str(quantity), lot_no=f"L{lines}-{n}") for n in range(lines)])
        fields = {"gate_code": "quantity_within_order", **inbound.company.about(GoodsReceiptDocument, receipt),
                  "quantity": "12", "justification": "供方随货赠送", "ends_on": "2099-12-31"}  # fmt: skip
        made = inbound.company.draft(WaiverDocument, fields, role=Role.PURCHASING_MANAGER).document_id
        inbound.company.perform(WaiverDocument.sign_alone, made, role=Role.PURCHASING_MANAGER)
        receiver, address = client_of(inbound.company, Role.RECEIVER), f"/warehouse/goods-receipts/{receipt}/"
        receiver.get(address)
        with counted_statements() as sent:
            answer = receiver.get(address).content.decode()
        return len(sent), answer

    (of_one, one), (of_six, six) = page(1), page(6)
    assert "让步：供方随货赠送" in one
    assert "让步：供方随货赠送" in six
    assert of_six == of_one
