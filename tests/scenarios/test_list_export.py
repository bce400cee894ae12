"""Lists as files: what XLSX holds, and long ones made in the background for who asked, and nobody else."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from meridian.items.tests.factories import draft_item
from meridian.kernel.act import open_act
from meridian.kernel.models import RoleAssignment
from meridian.kernel.sql import fetch, run
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.workspace import background, exporting
from meridian.workspace.models import ListExport
from meridian.workspace.pages import exports
from meridian.workspace.sheets import XlsxSheet
from tests.scenarios.test_palette import client_of

pytestmark = pytest.mark.django_db
ITEMS = "/items/items/"
NAME = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells_of(content: bytes, sheet: int = 1) -> list[dict[str, tuple[str, str]]]:
    """The cells of a workbook as it is stored: by column, their type and what stands in them."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in root.iter(f"{NAME}row"):
        cells = {}
        for cell in row.iter(f"{NAME}c"):
            assert cell.find(f"{NAME}f") is None, "a formula"
            text = "".join(part.text or "" for part in cell.iter() if part.tag in (f"{NAME}t", f"{NAME}v"))
            cells[re.sub(r"\d", "", cell.attrib["r"])] = (cell.attrib.get("t", "n"), text)
        rows.append(cells)
    return rows


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.QUALITY_HEAD))


@pytest.fixture
def long_lists(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """More than two rows are a long list, read two at a time; files go to a directory of the test's own."""
    monkeypatch.setattr(exports, "ROWS_MAX", 2)
    monkeypatch.setattr(exporting, "PAGE", 2)
    settings.STORE = tmp_path
    yield tmp_path / "exports"
    assert not list((tmp_path / "exports").glob("*.part"))


def items(company: CompanyForTests, count: int = 5) -> None:
    for number in range(count):
        draft_item(company, device_name=f"导管 {number}")


def state_of(client: Client) -> str:
    """The state of the newest file as the page says it."""
    page = client.get("/exports").content.decode()
    found: list[str] = re.findall(r'<span class="m-b[^"]*"[^>]*>(?:<[^>]*>)*([^<]+)', page.split("<tbody", 1)[1])
    return found[0].strip()


def only_export(company: CompanyForTests) -> ListExport:
    with company.scope():
        return ListExport.objects.get()


def test_a_workbook_holds_numbers_days_and_instants_as_such_and_text_that_nobody_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = XlsxSheet(path, ["=1+1", "数"])
    timezone.activate(ZoneInfo("Asia/Shanghai"))
    long = Decimal("1234567890123.456789")
    sheet.write([
        ["=HYPERLINK(1)", Decimal("12.50"), date(2026, 3, 1), datetime(2026, 3, 1, 1, 30, tzinfo=UTC)],
        ["+1", 7, long, True],
        ["@x", "http://x", "\tx", None],
        ["-1", "\rx", "00012", date(1899, 1, 1)],
    ])  # fmt: skip
    sheet.close()
    timezone.deactivate()
    head, first, second, third, fourth = cells_of(path.read_bytes())
    assert head["A"] == ("inlineStr", "'=1+1")
    assert (first["A"], first["B"]) == (("inlineStr", "'=HYPERLINK(1)"), ("n", "12.5"))
    assert first["C"] == ("n", str((date(2026, 3, 1) - date(1899, 12, 30)).days))
    assert first["D"][0] == "n"
    assert Decimal(first["D"][1]) - 46082 == pytest.approx(Decimal("0.395833"), abs=Decimal("0.00001"))  # 09:30 here
    assert (second["A"], second["B"], second["C"]) == (("inlineStr", "'+1"), ("n", "7"), ("inlineStr", f"{long:f}"))
    assert second["D"] == ("inlineStr", "是")
    assert (third["A"], third["B"], third["C"]) == (
        ("inlineStr", "'@x"), ("inlineStr", "http://x"), ("inlineStr", "'\tx")
    )  # fmt: skip
    assert (fourth["A"], fourth["C"], fourth["D"]) == (
        ("inlineStr", "'-1"), ("inlineStr", "00012"), ("inlineStr", "1899-01-01")
    )  # fmt: skip


def test_a_list_is_a_workbook_of_its_columns_or_of_all(company: CompanyForTests) -> None:
    draft_item(company, device_name="=HYPERLINK(1)")
    client = client_of(company, Role.QUALITY_STAFF)
    answer = client.get(f"{ITEMS}export?view=2&form=xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    head, row = cells_of(answer.content)
    assert head["A"] == ("inlineStr", "单号")
    assert ("inlineStr", "'=HYPERLINK(1)") in row.values()
    every = cells_of(client.get(f"{ITEMS}export?view=2&form=xlsx&columns=every").content)
    assert len(every[0]) > len(head)
    assert set(head.values()) <= set(every[0].values())


def test_a_list_at_the_limit_comes_at_once_and_one_row_more_is_made_in_the_background(
    company: CompanyForTests, long_lists: Path
) -> None:
    items(company, 2)
    client = client_of(company, Role.QUALITY_STAFF)
    assert len(cells_of(client.get(f"{ITEMS}export?view=2").content)) == 3
    items(company, 1)
    asked = client.get(f"{ITEMS}export?view=2&form=csv")
    assert (asked.status_code, asked["Location"]) == (302, "/exports")
    assert state_of(client) == "等待中"
    key = only_export(company).pk
    assert client.get(f"/exports/{key}").status_code == 404
    assert background.make_all() == "1"
    assert state_of(client) == "可下载"
    answer = client.get(f"/exports/{key}")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 4
    assert lines[0].startswith("单号,")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert background.make_all() == "0"


def test_only_who_asked_fetches_it_and_only_while_time_and_rights_are_the_same(
    company: CompanyForTests, long_lists: Path
) -> None:
    items(company)
    client, other = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    client.get(f"{ITEMS}export?view=2")
    background.make_all()
    key = only_export(company).pk
    assert other.get(f"/exports/{key}").status_code == 404
    assert other.post(f"/exports/{key}/cancel").status_code == 404
    assert "可下载" not in other.get("/exports").content.decode()
    stranger = client_of(new_company((Role.QUALITY_STAFF,)), Role.QUALITY_STAFF)
    assert stranger.get(f"/exports/{key}").status_code == 404
    assert client.get(f"/exports/{key}").status_code == 200
    with open_act(company.set_up.system):
        held = RoleAssignment.objects.filter(user_id=company.actors[Role.QUALITY_STAFF].user_id)
        held.update(scope_kind="site", scope_id=company.set_up.site_id)
    assert client.get(f"/exports/{key}").status_code == 403
    with open_act(company.set_up.system):
        held.update(scope_kind="company", scope_id=None)
    run("UPDATE workspace_list_export SET expires_at = clock_timestamp() - interval '1 second'")
    assert client.get(f"/exports/{key}").status_code == 404
    background.make_all()
    assert list(long_lists.iterdir()) == []
    assert fetch("SELECT count(*) FROM workspace_list_export") == [(0,)]


def test_it_is_made_with_the_rights_of_the_hour_not_of_the_asking(company: CompanyForTests, long_lists: Path) -> None:
    items(company)
    client = client_of(company, Role.QUALITY_STAFF)
    client.get(f"{ITEMS}export?view=2")
    with open_act(company.set_up.system):
        RoleAssignment.objects.filter(user_id=company.actors[Role.QUALITY_STAFF].user_id).delete()
    assert background.make_all() == "0"
    assert only_export(company).state == ListExport.State.FAILED
    assert list(long_lists.iterdir()) == []


def test_a_file_is_cancelled_while_it_waits_while_it_is_made_and_when_it_is_done(
    company: CompanyForTests, long_lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items(company)
    client = client_of(company, Role.QUALITY_STAFF)
    client.get(f"{ITEMS}export?view=2")
    waiting = only_export(company).pk
    assert client.post(f"/exports/{waiting}/cancel").status_code == 302
    assert background.make_all() == "0"
    assert only_export(company).state == ListExport.State.CANCELLED
    run("DELETE FROM workspace_list_export")

    client.get(f"{ITEMS}export?view=2")
    made = only_export(company).pk
    pages = exporting.ListTable.pages

    def stopped_between(table: exporting.ListTable) -> Iterator[list[list[Any]]]:
        for at, page in enumerate(pages(table)):
            if at == 1:
                with company.scope():
                    assert ListExport.objects.get().done == 2
                    assert ListExport.objects.get().total == 5
                background.cancel(made, company.actors[Role.QUALITY_STAFF])
            yield page

    monkeypatch.setattr(exporting.ListTable, "pages", stopped_between)
    assert background.make_all() == "0"
    assert only_export(company).state == ListExport.State.CANCELLED
    assert list(long_lists.iterdir()) == []
    monkeypatch.setattr(exporting.ListTable, "pages", pages)
    run("DELETE FROM workspace_list_export")

    client.get(f"{ITEMS}export?view=2")
    background.make_all()
    done = only_export(company).pk
    client.post(f"/exports/{done}/cancel")
    assert client.get(f"/exports/{done}").status_code == 404
    assert list(long_lists.iterdir()) == []


def test_what_a_dead_worker_left_is_begun_anew_and_given_up_after_three_tries(
    company: CompanyForTests, long_lists: Path
) -> None:
    items(company)
    client = client_of(company, Role.QUALITY_STAFF)
    client.get(f"{ITEMS}export?view=2")
    run("UPDATE workspace_list_export SET state = 'running', tries = 1")
    assert background.make_all() == "0", "somebody is at it"
    left = "UPDATE workspace_list_export SET state = 'running', tries = %s, touched_at = now() - interval '181 seconds'"
    run(left, [3])
    assert background.make_all() == "0"
    assert only_export(company).state == ListExport.State.FAILED
    run(left, [1])
    assert background.make_all() == "1"
    assert only_export(company).state == ListExport.State.READY


def test_a_person_has_five_waiting_at_most(company: CompanyForTests, long_lists: Path) -> None:
    items(company)
    client, other = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    for _time in range(5):
        assert client.get(f"{ITEMS}export?view=2").status_code == 302
    assert client.get(f"{ITEMS}export?view=2").status_code == 409
    assert other.get(f"{ITEMS}export?view=2").status_code == 302
    assert fetch("SELECT count(*) FROM workspace_list_export") == [(6,)]
    background.make_all()
    assert client.get(f"{ITEMS}export?view=2").status_code == 302


def test_a_file_takes_the_same_statements_for_three_rows_and_thirty(company: CompanyForTests) -> None:
    client = client_of(company, Role.QUALITY_STAFF)

    def count() -> int:
        with counted_statements() as statements:
            client.get(f"{ITEMS}export?view=2")
        return len(statements)

    items(company, 3)
    count()
    few = count()
    items(company, 27)
    assert count() == few
