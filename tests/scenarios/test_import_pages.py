"""Imports by page: upload, match, check, correct, run, report; the failed rows are a file that goes in again."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from meridian.exchange.jobs import work_waiting
from meridian.exchange.reading.files import read_file
from meridian.kernel.sql import fetch
from meridian.organization.tests.factories import CompanyForTests, example_uscc, new_company
from meridian.organization.vocabulary import Role
from tests.scenarios.import_files import SUPPLIER_HEADINGS, csv_file, supplier_row
from tests.scenarios.test_palette import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.BUYER))


def suppliers(company: CompanyForTests) -> int:
    """How many suppliers the company has."""
    [(count,)] = fetch("SELECT count(*) FROM parties_supplier WHERE company_id = %s", [company.company_id])
    return int(count)


def uploaded(client: Client, company: CompanyForTests, name: str, content: bytes, code: str = "supplier") -> str:
    """The address of the import's second step."""
    form = {"target": code, "site_id": company.set_up.site_id, "file": SimpleUploadedFile(name, content)}
    answer = client.post("/imports/new", form)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).rpartition("/")[0]


def posted(client: Client, url: str, **fields: str) -> str:
    """Sends a step's form as its page shows it; where it leads."""
    page = client.get(url).content.decode()
    body = page.split('id="import"', 1)[1]
    given = dict(re.findall(r'<input[^>]*type="hidden" name="(version)" value="(\d+)"', body))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', inner)
        given[name] = chosen[0] if chosen else ""
    answer = client.post(url, given | fields)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_43_bad_rows_are_reported_exactly_and_the_corrected_file_brings_in_the_rest(company: CompanyForTests) -> None:
    client = client_of(company, Role.QUALITY_STAFF)
    rows = [supplier_row(n, **({"uscc": f"X{n}"} if n <= 43 else {})) for n in range(1, 101)]
    base = uploaded(client, company, "供应商.csv", csv_file([SUPPLIER_HEADINGS, *rows]))
    assert posted(client, f"{base}/mapping") == f"{base}/check"
    page = client.get(f"{base}/check").content.decode()
    assert re.findall(r"data-bad>(\d+)<", page) == ["43"]
    assert (page.count('name="fix-'), suppliers(company)) == (43, 0)
    assert posted(client, f"{base}/choose", policy="new", choice="good_rows") == f"{base}/run"
    assert posted(client, f"{base}/run") == f"{base}/run"
    work_waiting()
    assert suppliers(company) == 57
    failed = b"".join(client.get(f"{base}/errors?form=csv"))
    [sheet] = read_file("错误.csv", failed)
    assert (len(sheet.lines), sheet.lines[0].cells[-1]) == (44, "原因")
    assert all("统一社会信用代码" in line.cells[-1] for line in sheet.lines[1:])
    mended = [list(line.cells) for line in sheet.lines]
    for n, line in enumerate(mended[1:], start=1):
        line[1] = example_uscc(n)
    again = uploaded(client, company, "改好.csv", csv_file(mended))
    posted(client, f"{again}/mapping")
    posted(client, f"{again}/run")
    work_waiting()
    assert suppliers(company) == 100
    assert client.get(f"{again}/report").status_code == 200


def test_one_correction_mends_all_cells_with_the_same_fault(company: CompanyForTests) -> None:
    client = client_of(company, Role.QUALITY_STAFF)
    rows = [supplier_row(n, kind="批发商") for n in range(1, 6)]
    base = uploaded(client, company, "供应商.csv", csv_file([SUPPLIER_HEADINGS, *rows]))
    posted(client, f"{base}/mapping")
    page = client.get(f"{base}/check").content.decode()
    [cause] = set(re.findall(r"\?cause=([0-9a-f]+)", page))
    url = f"{base}/check?cause={cause}"
    assert 'name="act" value="bulk"' in client.get(url).content.decode()
    version = re.findall(r'name="version" value="(\d+)"', client.get(url).content.decode())[0]
    form = {"act": "bulk", "cause": cause, "value": "批发商", "only": "on", "text": "经营企业", "version": version}
    assert client.post(f"{base}/check", form).status_code == 302
    assert re.findall(r"data-bad>(\d+)<", client.get(f"{base}/choose").content.decode()) == ["0"]


def test_a_template_is_read_again_by_the_import_it_is_for(company: CompanyForTests) -> None:
    client = client_of(company, Role.QUALITY_STAFF)
    for code in ("supplier", "customer", "licence", "registration_certificate", "item"):
        content = client.get(f"/imports/template/{code}").content
        base = uploaded(client, company, "模板.xlsx", content, code)
        page = client.get(f"{base}/mapping").content.decode()
        assert "尚无对应的必填列" not in page, code


def test_a_buyer_has_no_button_and_no_way_in(company: CompanyForTests) -> None:
    client = client_of(company, Role.BUYER)
    assert "/imports/new" not in client.get("/parties/suppliers/").content.decode()
    assert client.get("/imports/new?target=supplier").status_code == 403
    assert (
        "/imports/new?target=supplier"
        in client_of(company, Role.QUALITY_STAFF).get("/parties/suppliers/").content.decode()
    )


def test_an_exported_list_comes_in_again_without_a_change(company: CompanyForTests) -> None:
    client = client_of(company, Role.QUALITY_STAFF)
    for n in (11, 12):
        fields = {"name": f"=苏州{n}", "uscc": example_uscc(n), "kind": "dealer", "address": "-1 号", "phone": "0512"}
        from_form = client.post(
            "/api/v1/parties/suppliers", {"site_id": str(company.set_up.site_id), "fields": fields},
            content_type="application/json",
        )  # fmt: skip
        assert from_form.status_code == 201, from_form.content
    for form in ("xlsx", "csv"):
        content = client.get(f"/parties/suppliers/export?form={form}&columns=every").content
        assert io.BytesIO(content).read(3)
        base = uploaded(client, company, f"列表.{form}", content)
        posted(client, f"{base}/mapping")
        page = client.get(f"{base}/check").content.decode()
        assert re.findall(r"<dd[^>]*>(\d+)</dd>", page) == ["0", "0", "0", "2"], form
