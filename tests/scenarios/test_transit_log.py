"""A logger's file through the page and the API: added, read, refused by name, and told on the receipt's own page."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from meridian.kernel.values.identity import uuid7
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_customer
from meridian.purchasing.tests.cold import attached, cold_inbound, cold_receipt, log_text, way_of
from meridian.purchasing.tests.inbound import Inbound
from meridian.warehouse.models import TransitLog
from meridian.warehouse.tests.outbound import House
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db
PATH = "warehouse/goods-receipts"


@pytest.fixture
def inbound() -> Inbound:
    return cold_inbound()


def receiver_of(inbound: Inbound) -> Person:
    return Person(House(inbound.company, inbound.item, approved_customer(inbound.company)), Role.RECEIVER)


def workbook(text: str) -> bytes:
    """The log as a workbook, instants and temperatures in cells of their kinds."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet("数据")
    headings, *rows = [line.split(",") for line in text.splitlines()]
    sheet.write_row(0, 0, headings)
    for number, (at, celsius) in enumerate(rows, start=1):
        sheet.write_row(number, 0, [datetime.fromisoformat(at), float(celsius)])
    book.close()
    return made.getvalue()


def sends(person: Person, receipt: UUID, name: str, content: bytes) -> Any:
    form = {"key": uuid7().hex, "file": SimpleUploadedFile(name, content)}
    return person.client.post(f"/{PATH}/{receipt}/transit-log", form)


def logs(inbound: Inbound) -> list[TransitLog]:
    with inbound.company.scope():
        return list(TransitLog.objects.order_by("id"))


def test_a_workbook_is_added_and_read_and_told_on_the_receipt(inbound: Inbound) -> None:
    receipt, receiver = cold_receipt(inbound), receiver_of(inbound)
    content = workbook(log_text(*way_of(inbound, receipt), celsius=["5.0", "5.0", "8.5", "5.0"]))
    answer = sends(receiver, receipt, "TL-01.xlsx", content)
    assert (answer.status_code, answer["Location"]) == (302, f"/{PATH}/{receipt}/transit-log")
    [log] = logs(inbound)
    assert (log.file_name, log.readings, log.gaps, str(log.highest)) == ("TL-01.xlsx", 36, 0, "8.50")
    assert (log.out_of_range, str(log.time_outside)) == (9, "0:45:00")
    page = receiver.client.get(answer["Location"]).content.decode()
    sections = receiver.sees(PATH, receipt)
    way = next(part for part in ("s0", "s1", "s2", "s3") if f'?section={part}">冷链运输' in sections)
    record = receiver.client.get(f"/{PATH}/{receipt}/?section={way}").content.decode()
    for text in (page, record):
        assert "平均动力学温度" in text
        assert "8.50 ℃" in text
        assert "45.0 分钟" in text
        assert "TL-01.xlsx" in text
    assert "平均动力学温度" not in sections  # told in its own section, and read for it alone


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("TL-02.csv", "品名,数量\n针,1\n".encode(), "没有找到同时含“时间”和“温度”的表头行。"),
        ("TL-02.xlsx", b"PK\x03\x04" + b"\x00" * 99, "已损坏、加密或含有不可信的内容，请从记录仪软件重新导出。"),
        ("TL-02.xlsx", workbook("时间,温度\n2026-11-27 09:00:00,5"), ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_on_the_page__nothing_is_kept(
    inbound: Inbound, name: str, content: bytes, sentence: str
) -> None:
    receipt, receiver = cold_receipt(inbound), receiver_of(inbound)
    answer = sends(receiver, receipt, name, content)
    if not sentence:  # a log of another day is read, and proves nothing of this way
        assert (answer.status_code, [log.readings for log in logs(inbound)]) == (302, [0])
        return
    assert (answer.status_code, logs(inbound)) == (422, [])
    assert sentence in answer.content.decode()
    assert inbound.refusals(receipt) == ["transit_log_unreadable"]


def test_the_api_reads_an_attachment_and_tells_what_it_said(inbound: Inbound) -> None:
    receipt, receiver = cold_receipt(inbound), receiver_of(inbound)
    text = log_text(*way_of(inbound, receipt), celsius=["5.0", "1.9"])
    file = attached(inbound, receipt, text)
    url = f"/api/v1/{PATH}/{receipt}/transit-logs"
    body = {"attachment_id": str(file)}
    first = receiver.client.post(url, body, content_type="application/json", headers={"Idempotency-Key": "log-1"})
    again = receiver.client.post(url, body, content_type="application/json", headers={"Idempotency-Key": "log-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    [said] = receiver.client.get(url).json()
    assert (said["id"], said["lowest"], said["highest"]) == (first.json()["id"], "1.90", "5.00")
    assert (said["gaps"], said["readings"], said["out_of_range"], said["minutes_outside"]) == (0, 36, 18, "90.0")
    assert said["longest_gap_seconds"] == 300
    unknown = receiver.client.post(url, {"attachment_id": str(uuid7())}, content_type="application/json")
    assert unknown.status_code == 404


def test_whoever_may_not_attach_reads_no_file_and_sees_no_form(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    file = attached(inbound, receipt, log_text(*way_of(inbound, receipt)))
    house = House(inbound.company, inbound.item, approved_customer(inbound.company))
    buyer = Person(house, Role.BUYER)
    page = buyer.client.get(f"/{PATH}/{receipt}/transit-log")
    assert (page.status_code, 'type="file"' in page.content.decode()) == (200, False)
    url = f"/api/v1/{PATH}/{receipt}/transit-logs"
    assert buyer.client.post(url, {"attachment_id": str(file)}, content_type="application/json").status_code == 403
    assert logs(inbound) == []
