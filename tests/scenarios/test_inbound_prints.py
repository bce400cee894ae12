"""The purchase order, the receipt and the purchase-check record 进货查验记录 on paper, as people print them."""

from io import BytesIO
from uuid import UUID

import pypdf
import pytest
from django.test import Client

from meridian.kernel.models import User
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, new_inbound

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Inbound:
    return new_inbound()


def paper(story: Inbound, role: Role, path: str, document: UUID, form: str) -> str:
    """The words of a print, without the breaks of its layout."""
    client = Client()
    username = User.objects.get(pk=story.company.actors[role].user_id).username
    client.post("/sign-in", {"username": username, "password": PASSWORD})
    answer = client.get(f"/{path}/{document}/print/{form}")
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.content)).pages)
    return "".join(text.replace("\u200b", "").split())


def test_the_purchase_order_prints_devices_prices_and_the_total(story: Inbound) -> None:
    text = paper(story, Role.BUYER, "purchasing/purchase-orders", story.order("100"), "purchase_order")
    for words in (
        "采购订单",
        "一次性使用无菌注射器",
        "江南示范医疗科技有限公司",
        "100",
        "12.50",
        "1,250.00",
        "2026-11-20",
    ):
        assert words in text, words


def test_the_receipt_prints_what_arrived_by_which_note(story: Inbound) -> None:
    receipt = story.receipt(story.order("100"), [story.line("100")])
    story.receive(receipt)
    text = paper(story, Role.RECEIVER, "warehouse/goods-receipts", receipt, "goods_receipt")
    for words in ("收货单", "SHTX-1", "一次性使用无菌注射器", "L1", "2026-01-05", "2029-01-04", "待验区", "100", "盒"):
        assert words in text, words


def test_the_acceptance_record_prints_every_field_the_law_names(story: Inbound) -> None:
    inspection = story.received("100")
    answer = {**ALL_PASSED, "package": "failed", "accepted_quantity": "95", "rejected_quantity": "5",
              "conclusion": "partly", "nonconformity": "外包装破损", "disposition": "return"}  # fmt: skip
    story.inspect(inspection, answer)
    story.conclude(inspection)
    path = "inspection/acceptance-inspections"
    text = paper(story, Role.INSPECTOR, path, inspection, "acceptance_record")
    for words in (
        "进货查验记录", "SHTX-1", "一次性使用无菌注射器", "江南示范医疗科技有限公司", "苏州示范器械制造有限公司",
        "苏药监械生产许20260001号", "L1", "2026-01-05", "2029-01-04", "盒", "100", "95", "5", "合格", "不合格",
        "外包装破损", "退货", "2026-11-20",
    ):  # fmt: skip
        assert words in text, words
    assert "passed" not in text  # codes are said in words
    assert "pii" not in text  # nor is personal data printed as it is stored
