"""What a typed or scanned text means: lots, serials, barcodes in every GS1 form, documents; ambiguity and faults."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from meridian.inventory.queries import lots_by_identity
from meridian.inventory.queries.lookup import Found, find_lots
from meridian.inventory.tests.book_rows import written
from meridian.inventory.vocabulary import MovementType
from meridian.items.tests.factories import BOX_DI, CASE_DI, draft_item
from meridian.kernel.registry import registry
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.tests.factories import CompanyForTests, new_company

pytestmark = pytest.mark.django_db

TODAY = date(2026, 8, 3)
IDENTIFIERS = (
    {"di": BOX_DI, "package_level": "sales_unit", "units_per_package": 1},
    {"di": CASE_DI, "package_level": "case", "units_per_package": 12},
)


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> CompanyForTests:
    """One company for all questions, committed: nothing here changes it."""
    with django_db_blocker.unblock():
        return new_company()


@pytest.fixture(scope="module")
def lots(company: CompanyForTests, django_db_blocker: DjangoDbBlocker) -> dict[str, UUID]:
    """Lot QM-1, unit S-9 of lot QM-2, and two makers' lot A1."""
    with django_db_blocker.unblock():
        item = draft_item(company, identifiers=IDENTIFIERS)
        return _write_lots(company, item)


def _write_lots(company: CompanyForTests, item: UUID) -> dict[str, UUID]:
    with written(company) as rows:
        made = {
            "QM-1": rows.lot(item, "QM-1"),
            "S-9": rows.lot(item, "QM-2", serial_no="S-9"),
            "A1 north": rows.lot(item, "A1", maker_name="北方", maker_key="北方"),
            "A1 south": rows.lot(item, "A1", maker_name="南方", maker_key="南方"),
        }
        rows.move(MovementType.RECEIVE, made["QM-1"], 1)
    return made


@pytest.fixture
def find(company: CompanyForTests, lots: dict[str, UUID]) -> Callable[[str], Found]:
    def found(text: str) -> Found:
        with company.scope():
            return find_lots(text, today=TODAY)

    return found


Find = Callable[[str], Found]


@pytest.mark.parametrize(
    "text",
    [
        "QM-1",
        " qm-1\n",
        f"(01){BOX_DI}(17)270600(10)QM-1",
        f"01{BOX_DI}1727063010QM-1",
        f"]d201{BOX_DI}10QM-1\x1d2400",
        f"^01{BOX_DI}10QM-1",
        f"(01){CASE_DI}(10)QM-1",
        f"https://id.gs1.org/01/{BOX_DI}/10/QM-1",
        "(10)QM-1",
    ],
)
def test_a_lot_is_found_by_its_number_and_by_any_form_of_its_barcode(
    find: Find, lots: dict[str, UUID], text: str
) -> None:
    found = find(text)
    assert [lot.id for lot in found.lots] == [lots["QM-1"]]
    assert not found.is_choice


@pytest.mark.parametrize("text", ["S-9", f"(01){BOX_DI}(21)S-9", f"(01){BOX_DI}(10)QM-2(21)S-9", "QM-2"])
def test_a_unit_is_found_by_its_serial_number(find: Find, lots: dict[str, UUID], text: str) -> None:
    assert [lot.id for lot in find(text).lots] == [lots["S-9"]]


def test_two_makers_lots_of_one_number_are_a_choice(find: Find, lots: dict[str, UUID]) -> None:
    found = find("A1")
    assert {lot.id for lot in found.lots} == {lots["A1 north"], lots["A1 south"]}
    assert found.is_choice
    assert [lot.id for lot in find(str(lots["A1 north"])).lots] == [lots["A1 north"]]


def test_a_device_identifier_alone_offers_the_lots_of_its_item(find: Find) -> None:
    for text in (BOX_DI, BOX_DI[1:], CASE_DI, f"(01){CASE_DI}"):
        found = find(text)
        assert len(found.lots) == 4
        assert found.is_choice


@pytest.mark.parametrize(
    ("text", "code", "position", "around"),
    [
        ("(01)09520000000012(10)QM-1", "check_digit_wrong", 17, "2000000001【2】(10)QM-1"),
        ("(01)0952", "element_truncated", 8, "(01)0952【】"),
        (f"(01){BOX_DI}(17)271301(10)QM-1", "date_impossible", 24, "011(17)27【1】301(10)QM-"),
        ("]zz", "symbology_unknown", 0, "【]】zz"),
        (f"]d201{BOX_DI}10A\x1d99\x01", "character_not_allowed", 25, "110A␝99【␁】"),
    ],
)
def test_a_garbled_barcode_names_the_place_of_its_fault(
    find: Find, text: str, code: str, position: int, around: str
) -> None:
    found = find(text)
    assert (found.lots, found.code, found.position) == ((), code, position)
    assert f"第 {position + 1} 个字符" in str(found.problem)
    assert around in str(found.problem)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_missing"),
        ("nobody's", "lot_not_found"),
        ("(01)09521234543213(10)QM-1", "di_unknown"),
        (f"(01){BOX_DI}(10)OTHER", "lot_not_found"),
        ("(10)OTHER", "lot_not_found"),
        ("a\x00b", "text_invalid"),
        ("x" * 9000, "text_invalid"),
        ("<script>alert(1)</script>", "lot_not_found"),
    ],
)
def test_what_means_nothing_is_said_so(find: Find, text: str, code: str) -> None:
    found = find(text)
    assert (found.lots, found.code) == ((), code)
    assert found.problem is not None


def test_a_documents_number_means_the_lots_it_moved() -> None:
    company = new_company()
    item = draft_item(company)
    with company.scope():
        number = registry.document_types["item"].model.objects.get(pk=item).number
    with written(company) as rows:
        moved = [rows.lot(item, name) for name in ("L1", "L2")]
        for lot in moved:
            rows.move(MovementType.RECEIVE, lot, 1, document=("item", item, number))
    with company.scope(), counted_statements() as statements:
        found = find_lots(number, today=TODAY)
    assert {lot.id for lot in found.lots} == set(moved)
    assert (found.document_number, found.is_choice) == (number, False)
    assert len(statements) == 3


def test_another_companys_lot_is_not_found(lots: dict[str, UUID]) -> None:
    other = new_company()
    with other.scope():
        for text in ("QM-1", f"(01){BOX_DI}(10)QM-1", BOX_DI):
            assert find_lots(text, today=TODAY).lots == ()


def test_no_probe_reads_a_companys_rows_to_find_a_key(company: CompanyForTests, lots: dict[str, UUID]) -> None:
    """Where no table has statistics an index that leads with the company looks as good as the key's own: it must not
    be able to serve the question at all."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
        asked.append((statement, params))
        return execute(statement, params, many, context)

    with company.scope(), connection.execute_wrapper(note):
        for text in ("QM-1", f"(01){BOX_DI}(10)QM-1", BOX_DI, "CGDD-1"):
            find_lots(text, today=TODAY)
        lots_by_identity([(lots["QM-1"], "QM-1", "", "", "")])
    probes = [each for each in asked if "inventory_" in each[0]]
    assert len(probes) >= 5
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement, params in probes:
            cursor.execute(f"EXPLAIN {statement}", params)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            by_company = [line for line in plan.splitlines() if "Index Cond" in line and "company_id" in line]
            assert all(" AND " in line for line in by_company), plan  # the key stands beside the company
