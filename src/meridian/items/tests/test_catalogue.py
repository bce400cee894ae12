"""The published catalogue: outside files are read within limits; acceptance compares lots with the latest one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.items.catalogue import CatalogueError, Entry, read_catalogue
from meridian.items.checks import check_catalogues
from meridian.items.documents import CatalogueSnapshotDocument
from meridian.items.models import CatalogueSnapshot, PublishedIdentifier
from meridian.items.queries import PublishedDis, published_dis
from meridian.items.rules import udi_in_database
from meridian.items.tests.factories import load_snapshot
from meridian.items.tests.test_rules import item, on
from meridian.kernel.findings import Refused
from meridian.kernel.values.identity import uuid7
from meridian.organization.tests.factories import CompanyForTests, new_company

DI, CASE = "09520000000011", "19520000000018"
XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<udid version="1.0"><devices><device>
  <zxxsdycpbs>9520000000011</zxxsdycpbs><cpmctymc>导管</cpmctymc><ggxh>CBC-1210</ggxh>
  <ylqxzcrbarmc>示范公司</ylqxzcrbarmc><zczbhhzbapzbh>国械注准20193030166</zczbhhzbapzbh><cpbsfbrq>2026-02-15</cpbsfbrq>
  <packingList><packing><bzcpbs>{CASE}</bzcpbs></packing><packing><bzcpbs>MF1</bzcpbs></packing></packingList>
</device></devices></udid>"""


def test_xml_gives_units_and_packages_with_their_facts() -> None:
    facts = ("导管", "CBC-1210", "示范公司", "国械注准20193030166", date(2026, 2, 15))
    assert read_catalogue(XML.encode()) == tuple(Entry(di, *facts) for di in (DI, CASE, "MF1"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_in_use(encoding: str) -> None:
    text = f"zxxsdycpbs,cpmctymc,bzcpbs\n{DI},导管,{CASE};MF1\n{DI},球囊,\n"
    found = {entry.di: entry.product_name for entry in read_catalogue(text.encode(encoding))}
    assert found == {DI: "球囊", CASE: "导管", "MF1": "导管"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<!DOCTYPE d [<!ENTITY a "x">]><udid><devices/></udid>', "document_type_refused"),
        (b'<!DOCTYPE d SYSTEM "http://example.com/d.dtd"><udid/>', "document_type_refused"),
        (b"<udid><devices>", "not_readable"),
        (b"<a>" * 13 + b"</a>" * 13, "too_deep"),
        (b"<udid><devices/></udid>", "no_entries"),
        (b"a,b\n1,2\n", "column_missing"),
        (b"", "column_missing"),
        (b"zxxsdycpbs\n\n", "no_entries"),
        (b'zxxsdycpbs\n"' + b"1" * 200_000, "not_readable"),
    ],
)
def test_hostile_and_faulty_files_are_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(content)
    assert refused.value.code == code


@dataclass(frozen=True)
class Accepted:
    """A lot that passed."""

    item: Any
    di: str = DI
    manufactured_on: date | None = date(2024, 6, 1)
    lot_no: str = "L1"
    accepted_quantity: Decimal = Decimal(5)
    line_id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True)
class Acceptance:
    """An inspection about to be released."""

    accepted_lines: Sequence[Accepted]
    published: PublishedDis = field(default_factory=lambda: PublishedDis(date(2026, 11, 1), frozenset({DI})))


LISTED = item(device_class="II", udi_list="third_batch")


def test_udi_in_database__allows_a_published_identifier__refuses_one_that_is_not() -> None:
    moment = on(date(2026, 11, 27))
    assert udi_in_database(Acceptance([Accepted(LISTED), Accepted(LISTED, "9520000000011")]), moment) == []
    [breach] = udi_in_database(Acceptance([Accepted(LISTED, CASE)]), moment)
    assert f"批号 L1 的产品标识 {CASE} 不在 2026-11-01 的 UDI 目录快照中。" == str(breach.evidence)
    assert breach.waivable_quantity == 5
    assert udi_in_database.waivable_by == ("quality_staff",)
    [unknown] = udi_in_database(replace(Acceptance([Accepted(LISTED)]), published=PublishedDis()), moment)
    assert "尚未载入 UDI 目录快照" in str(unknown.evidence)


def test_udi_in_database__allows_a_lot_made_the_day_before_the_duty__refuses_one_of_its_first_day() -> None:
    moment = on(date(2026, 11, 27))
    for made, refused in ((date(2024, 5, 31), 0), (date(2024, 6, 1), 1), (date(2024, 6, 2), 1)):
        assert len(udi_in_database(Acceptance([Accepted(LISTED, CASE, made)]), moment)) == refused


@pytest.fixture
def company(db: None) -> CompanyForTests:
    return new_company()


def test_a_snapshot_is_loaded_from_its_file_and_the_latest_day_answers(company: CompanyForTests) -> None:
    load_snapshot(company, [DI], snapshot_on="2026-11-02")
    load_snapshot(company, [CASE], snapshot_on="2026-11-01")
    with company.scope():
        assert published_dis([DI, CASE]) == PublishedDis(date(2026, 11, 2), frozenset({DI}))
        assert list(CatalogueSnapshot.objects.values_list("entry_count", flat=True)) == [1, 1]
        assert list(check_catalogues()) == []
        PublishedIdentifier.objects.filter(di=DI).update(product_name="改过")
        assert [problem.table for problem in check_catalogues()] == ["items_published_identifier"]
    other = new_company()
    with other.scope():
        assert published_dis([DI]) == PublishedDis()


def test_snapshot_file_attached__refuses_none__allows_one__refuses_two(company: CompanyForTests) -> None:
    for contents, count in (([], 0), ([b"zxxsdycpbs\n1\n", b"zxxsdycpbs\n2\n"], 2)):
        with pytest.raises(Refused) as refused:
            load_snapshot(company, (), contents=contents)
        assert refused.value.code == "snapshot_file_attached"
        assert f"现有 {count} 个" in str(refused.value.findings[0].evidence)
    load_snapshot(company, (), contents=[b"zxxsdycpbs\n1\n"])


def test_snapshot_file_readable__refuses_a_bad_file_and_a_day_to_come__allows_today(company: CompanyForTests) -> None:
    with pytest.raises(Refused) as refused:
        load_snapshot(company, (), contents=[b"<!DOCTYPE a><udid/>"], name="a.xml")
    assert refused.value.code == "snapshot_file_readable"
    with pytest.raises(Refused) as later:
        load_snapshot(company, [DI], snapshot_on="2999-01-01")
    assert later.value.code == "snapshot_file_readable"
    with company.scope():
        assert PublishedIdentifier.objects.count() == 0


def test_one_entry_and_20000_take_the_same_statements(company: CompanyForTests) -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            load_snapshot(company, [f"{n:014}" for n in range(count)])
        return len(asked)

    statements(1)
    assert statements(2) == statements(20_000)
    with company.scope():
        assert CatalogueSnapshot.objects.latest("id").entry_count == 20_000


def test_what_was_loaded_is_a_record(company: CompanyForTests) -> None:
    loaded = load_snapshot(company, [DI])
    with pytest.raises(Refused) as refused:
        company.draft(CatalogueSnapshotDocument, {"source": "别处"}, document_id=loaded)
    assert refused.value.code == "record_locked"
