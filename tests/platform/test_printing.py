"""Paper: it says what the record says, every copy is counted, and hostile words stay words."""

import struct
import zlib
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pypdf
import pytest
import zxingcpp
from django.db import DatabaseError, transaction
from django.test import Client

from meridian.kernel.act import open_act
from meridian.kernel.context import in_company
from meridian.kernel.engine import Command, perform
from meridian.kernel.models import SignatureRecord
from meridian.kernel.registry import registry
from meridian.kernel.signature import Signing
from meridian.platform.printing.composing import FORMS, as_pdf, compiler_of, form_path, in_words, printable, qr_of
from meridian.platform.printing.models import PrintRecord
from tests.accounts.firm import PASSWORD, Firm, access_change, content_hash, new_firm

BASE = "/accounts/access-changes"


@pytest.fixture
def firm() -> Firm:
    return new_firm()


@pytest.fixture
def record(firm: Firm) -> UUID:
    return access_change(firm, role_code="auditor")


def printed(client: Client, record: UUID, **query: str) -> list[str]:
    """The text of each page."""
    answer = client.get(f"{BASE}/{record}/print/record", query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return pages_of(answer.content)


def pages_of(pdf: bytes) -> list[str]:
    """Text by page; without the marks where a long word may break."""
    return [page.extract_text().replace("\u200b", "") for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def frame(**changed: str) -> dict[str, str]:
    return {
        "company": "测试医疗器械有限公司", "title": "记录单", "number": "X-1", "version": "第 1 版", "url": "http://x/",
        "qr": qr_of("http://x/"), "printed": "打印：甲", "at": "2026-11-23 10:00:00 UTC+8", "copy": "第 1 次打印",
        "watermark": "", "page": "第 {page} 页／共 {pages} 页", **changed,
    }  # fmt: skip


def content(**changed: Any) -> dict[str, Any]:
    words = dict.fromkeys(("signatures", "changes", "by", "role", "meaning", "at", "hash", "remark", "field", "old",
                           "new", "reason", "who"), "词")  # fmt: skip
    return {"facts": [["项目", "值"]], "sections": [], "lines": None, "lines_label": "明细", "signatures": [],
            "changes": [], "words": words, **changed}  # fmt: skip


@pytest.mark.django_db
def test_record_print_says_company_number_state_facts_and_who_printed_when(firm: Firm, record: UUID) -> None:
    text = "".join(printed(firm.client("auditor"), record))
    for words in (
        "测试医疗器械有限公司", "QXBG-", "第 1 版", "草稿", "授予岗位", firm.username("keeper"), "岗位调整",
        "打印：检查员甲", "UTC+8", "第 1 次打印", "第 1 页／共 1 页",
    ):  # fmt: skip
        assert words.replace(" ", "") in text.replace(" ", "").replace("\n", ""), words


@pytest.mark.django_db
def test_signatures_are_printed_with_name_meaning_time_and_zone(firm: Firm, record: UUID) -> None:
    put_into_force(firm, record)
    text = "".join(printed(firm.client("auditor"), record)).replace("\n", "").replace(" ", "")
    assert "电子签名" in text
    assert firm.user("quality_staff").name in text
    assert "批准" in text
    assert text.count("UTC+8") >= 2
    assert SignatureRecord.objects.get(document_id=record).content_hash in text


def put_into_force(firm: Firm, record: UUID) -> None:
    declared = registry.document_types["access_change"]
    with in_company(firm.company_id):
        perform(declared.transitions["submit"], Command(document_id=record), actor=firm.actor("system_admin"))
    signing = Signing(content_hash=content_hash(firm, "access_change", record), meaning="approved", password=PASSWORD)
    with in_company(firm.company_id):
        command = Command(document_id=record, signing=signing)
        perform(declared.transitions["put_into_force"], command, actor=firm.actor("quality_staff"))


@pytest.mark.django_db
def test_changes_since_entry_are_printed_with_the_old_value(firm: Firm, record: UUID) -> None:
    client = firm.client("system_admin")
    page = f"/api/v1{BASE}/{record}"
    body = {"version": 1, "fields": {"justification": "代班"}, "reason": "写错"}
    assert client.patch(page, body, content_type="application/json").status_code == 200
    text = "".join(printed(client, record))
    assert "变更记录" in text
    assert "岗位调整" in text
    assert "代班" in text


@pytest.mark.django_db
def test_every_print_is_counted_and_a_reprint_says_why_and_is_marked(firm: Firm, record: UUID) -> None:
    client, url = firm.client("auditor"), f"{BASE}/{record}/print/record"
    assert "补打" not in "".join(printed(client, record))
    asked = client.get(url)
    assert asked["Content-Type"].startswith("text/html")
    assert "补打须说明原因" in asked.content.decode()
    assert "检查员甲" in asked.content.decode()  # who printed it before
    text = "".join(printed(client, record, reason="纸张损坏"))
    assert "补打 1" in text
    assert "第 2 次打印" in text
    assert "补打 2" in "".join(printed(firm.client("system_admin"), record, reason="存档"))
    with in_company(firm.company_id):
        rows = list(
            PrintRecord.objects.order_by("copy_no").values_list("copy_no", "form", "document_version", "reason")
        )
    assert rows == [(1, "record", 1, ""), (2, "record", 1, "纸张损坏"), (3, "record", 1, "存档")]


@pytest.mark.django_db
def test_the_book_of_prints_is_append_only(firm: Firm, record: UUID) -> None:
    printed(firm.client("auditor"), record)
    with in_company(firm.company_id):
        for act in (lambda: PrintRecord.objects.update(copy_no=9), lambda: PrintRecord.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic(), open_act(firm.actor("auditor")):
                act()


@pytest.mark.django_db
def test_what_one_may_not_read_one_may_not_print(firm: Firm, record: UUID) -> None:
    assert firm.client("keeper").get(f"{BASE}/{record}/print/record").status_code == 404
    assert new_firm().client("auditor").get(f"{BASE}/{record}/print/record").status_code == 404
    assert firm.client("auditor").get(f"{BASE}/{record}/print/nothing").status_code == 404
    with in_company(firm.company_id):
        assert not PrintRecord.objects.exists()


HOSTILE = (
    "#import \"/etc/passwd\"", "#eval(\"1+1\")", "*粗* _斜_ $x^2$ `raw` @引用 <标签> \\ // 注释", "]#panic(\"x\")[",
    "a\u202eb\x07c", "超长" * 300, "W" * 400, "😀 emoji", "\"; json",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_printed_as_words(name: str) -> None:
    facts = [["名称", name]]
    row = [[name, name]]
    lines = {"columns": [{"label": name, "numeric": "", "wide": ""}], "rows": [row], "totals": [name]}
    data = {"frame": frame(company=name, title=name), "content": content(facts=facts, lines=lines)}
    text = "".join(pages_of(as_pdf(FORMS / "record.typ", data)))
    for part in ("#import", "#eval", "#panic", "*粗*", "$x^2$"):
        assert (part in name) == (part in text)


def test_long_records_repeat_the_head_of_their_lines_and_count_pages() -> None:
    columns = [{"label": label, "numeric": "", "wide": ""} for label in ("产品名称", "批号")]
    rows = [[[f"导管 {n}", ""], [f"L{n:04}", ""]] for n in range(200)]
    signatures = [["甲", "验收员", "验收", "2026-11-23 10:00:00 UTC+8", "ab" * 32, "合格", ""]]
    lines = {"columns": columns, "rows": rows, "totals": []}
    data = {"frame": frame(watermark="补打 1"), "content": content(lines=lines, signatures=signatures)}
    pages = pages_of(as_pdf(FORMS / "record.typ", data))
    assert len(pages) > 3
    for n, page in enumerate(pages, start=1):
        assert f"第 {n} 页／共 {len(pages)} 页" in page
        assert "补打 1" in page
        assert "X-1" in page
    assert all("产品名称" in page for page in pages if "导管" in page)
    assert "L0000" in pages[0]
    assert any("L0199" in page for page in pages)
    assert (
        sum("ab" * 8 in page.replace("\n", "").replace(" ", "") for page in pages) == 1
    )  # the block of signatures stays in one piece


def test_the_printed_code_leads_to_the_record() -> None:
    url = "http://localhost:8000/accounts/access-changes/01a21d3c-df5a-739d-a1b0-ff83876277c6/"
    data = {"frame": frame(qr=qr_of(url)), "content": content()}
    png = compiler_of(FORMS / "record.typ", data).compile(format="png", ppi=144)
    assert isinstance(png, bytes)
    found = zxingcpp.read_barcodes(grey(png, rows=300))
    assert [code.text for code in found] == [url]


def grey(png: bytes, rows: int) -> Any:
    """The first rows of an 8-bit RGBA picture as grey values, two-dimensional (PNG, ISO/IEC 15948)."""
    width, _height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (8, 6)
    packed, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw, stride = zlib.decompress(packed), width * 4
    before, shown = bytearray(stride), bytearray()
    for row in range(rows):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        for n in range(stride):
            left, up, corner = line[n - 4] if n > 3 else 0, before[n], before[n - 4] if n > 3 else 0
            line[n] = (line[n] + _predicted(raw[start], left, up, corner)) & 255
        before = line
        shown += line[1::4]
    return memoryview(bytes(shown)).cast("B", (rows, width))


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    distances = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
    return (left, up, corner)[distances.index(min(distances))]


def test_codes_and_amounts_of_a_form_are_said_as_their_columns_say() -> None:
    line = {"unit": "stick", "unit_price": Decimal("12.5"), "quantity": Decimal("3.000000"), "lot_no": "piece"}
    said = in_words(registry.document_types["sales_order"], {"state": "draft", "lines": [line]})
    assert str(said["state"]) == "草稿"
    assert printable(said["lines"]) == [{"unit": "支", "unit_price": "12.50", "quantity": "3", "lot_no": "piece"}]


def test_every_declared_form_has_its_file() -> None:
    missing = [
        f"{declared.code}: {each.template}"
        for declared in registry.document_types.values()
        for each in declared.prints
        if not form_path(declared, each.template).is_file()
    ]
    assert missing == []
