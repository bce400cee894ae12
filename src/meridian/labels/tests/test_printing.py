"""Printing: what is handed out is written down, a reprint has its reason and its mark, a refusal prints nothing."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.items.tests.factories import BOX_DI
from meridian.kernel.act import open_act
from meridian.kernel.context import in_company
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, TransitionRecord
from meridian.kernel.values.identity import uuid7
from meridian.labels.documents.label_job import PRINTERS
from meridian.labels.models import LabelJob, LabelLine
from meridian.labels.printing import LabelOrder, Printed, previewed, print_order
from meridian.labels.rendering import file_of
from meridian.labels.tests.reading import labels_of, symbols_on
from meridian.labels.vocabulary import FileFormat, LabelKind, LabelSize, SymbolKind
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db

IDENTIFIERS = [{"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"}]
EXPIRES = date(2029, 1, 4)


@pytest.fixture
def house() -> House:
    return new_house(LotIn("L1", "100", EXPIRES), LotIn("L2", "100", EXPIRES), item={"identifiers": IDENTIFIERS})


def order(house: House, *lots: str, copies: int = 1, **more: Any) -> LabelOrder:
    fields = {"file_format": FileFormat.ZPL, **more}
    return LabelOrder(LabelKind.PRODUCT, {house.lots[lot]: copies for lot in lots}, **fields)


def printed(house: House, wanted: LabelOrder, role: Role = Role.KEEPER, key: str = "") -> Printed:
    with house.company.scope():
        return print_order(wanted, actor=house.company.actors[role], key=key)


def refused(house: House, wanted: LabelOrder, role: Role = Role.KEEPER, key: str = "") -> Refused:
    """The refusal; nothing was printed, and one refusal more is on record."""
    with house.company.scope():
        before = (LabelJob.objects.count(), LabelLine.objects.count(), RefusalRecord.objects.count())
        with pytest.raises(Refused) as answer:
            print_order(wanted, actor=house.company.actors[role], key=key)
        after = (LabelJob.objects.count(), LabelLine.objects.count(), RefusalRecord.objects.count())
        last = RefusalRecord.objects.latest("id")
    assert after == (before[0], before[1], before[2] + 1)
    assert (last.code, last.document_type, last.transition) == (answer.value.code, "label_job", "print")
    return answer.value


def test_a_print_hands_out_the_labels_and_is_written_down(house: House) -> None:
    made = printed(house, order(house, "L1", "L2", copies=3))
    labels = labels_of(made.content)
    assert [copies for _bitmap, copies in labels] == [3, 3]
    assert [symbols_on(bitmap) for bitmap, _copies in labels] == [
        [("]d2", b"01" + BOX_DI.encode() + b"112501011729010410L1")],
        [("]d2", b"01" + BOX_DI.encode() + b"112501011729010410L2")],
    ]
    with house.company.scope():
        job = LabelJob.objects.get(pk=made.outcome.document_id)
        assert (job.state, job.label_count, job.printed_by_name) == ("printed", 6, "保管员甲")
        assert job.file_sha256 == sha256(made.content).hexdigest()
        assert job.keep_until == date(2031, 1, 4)
        [move] = TransitionRecord.objects.filter(document_id=job.pk)
        assert (move.transition, move.actor_id) == ("print", house.company.actors[Role.KEEPER].user_id)
        rows = LabelLine.objects.filter(document_id=job.pk).order_by("line_no")
        assert [(row.lot_no, row.copies, row.reprint_no) for row in rows] == [("L1", 3, 0), ("L2", 3, 0)]


def test_reprint_explained__refuses_a_second_print_without_reason__allows_it_with_one_and_marks_it(
    house: House,
) -> None:
    printed(house, order(house, "L1", file_format=FileFormat.PDF))
    answer = refused(house, order(house, "L1", "L2"))
    assert answer.code == "reprint_explained"
    assert "L1" in str(answer.findings[0].evidence)
    assert "L2" not in str(answer.findings[0].evidence)
    first = printed(house, order(house, "L1", "L2", reason="卡纸"))
    second = printed(house, order(house, "L1", reason="又卡纸"))
    with house.company.scope():
        rows = LabelLine.objects.order_by("document__number", "line_no").values_list("lot_no", "reprint_no")
        assert list(rows) == [("L1", 0), ("L1", 1), ("L2", 0), ("L1", 2)]
        assert LabelJob.objects.get(pk=second.outcome.document_id).reprint_reason == "又卡纸"
    marked, unmarked = [bitmap for bitmap, _copies in labels_of(first.content)]
    assert marked != unmarked  # the mark is on the first alone; its words are read from the PDF in test_symbols


def test_the_same_key_gives_the_same_file_and_prints_once(house: House) -> None:
    first = printed(house, order(house, "L1"), key="k-1")
    file_of.cache_clear()
    again = printed(house, order(house, "L1"), key="k-1")
    assert again.content == first.content
    assert again.outcome.replayed is True
    with house.company.scope():
        assert LabelJob.objects.count() == 1
    assert refused(house, order(house, "L2"), key="k-1").code == "idempotency_key_reused"


def test_an_answer_is_not_repeated_after_ten_minutes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    printed(house, order(house, "L1"), key="k-1")
    monkeypatch.setattr("meridian.labels.printing.REPLAYED_FOR", timedelta(seconds=-1))
    assert refused(house, order(house, "L1"), key="k-1").code == "label_already_printed"


@pytest.mark.parametrize("role", [role for role in ROLES if role not in PRINTERS])
def test_who_may_not_print_gets_nothing_and_it_is_recorded(house: House, role: Role) -> None:
    assert refused(house, order(house, "L1"), role).code == "permission_required"


def test_another_companys_lots_are_not_found(house: House) -> None:
    other = new_house(LotIn("L1", "1", EXPIRES))
    foreign = LabelOrder(LabelKind.PRODUCT, {other.lots["L1"]: 1})
    assert refused(house, foreign).status == 404
    assert refused(house, LabelOrder(LabelKind.PRODUCT, {uuid7(): 1})).status == 404


def test_label_count_within_limit__allows_2000__refuses_2001(house: House) -> None:
    printed(house, order(house, "L1", copies=2000))
    answer = refused(house, order(house, "L2", copies=2001))
    assert answer.code == "label_count_within_limit"
    assert "2,001" in str(answer.findings[0].evidence) or "2001" in str(answer.findings[0].evidence)


def test_symbol_fits_label__refuses_gs1_128_on_a_small_label__allows_it_on_a_large_one(house: House) -> None:
    narrow = order(house, "L1", symbol=SymbolKind.CODE_128, size=LabelSize.MEDIUM)
    assert refused(house, narrow).code == "symbol_fits_label"
    assert printed(house, replace(narrow, size=LabelSize.LARGE)).content


def place_named(house: House, code: str) -> UUID:
    with house.company.scope():
        place = Place.objects.get(pk=house.company.set_up.places[ZoneKind.QUALIFIED])
        bin_ = Place(id=uuid7(), company_id=place.company_id, site_id=place.site_id, parent=place, kind="bin",
                     zone_kind=place.zone_kind, code=code, name=code)  # fmt: skip
    insert(house, bin_)
    return bin_.pk


def insert(house: House, row: Any) -> None:
    with house.company.scope(), open_act(house.company.actors[Role.KEEPER]):
        row.save(force_insert=True)


def test_symbol_holds_data__refuses_chinese_in_a_linear_symbol__allows_it_in_a_matrix(house: House) -> None:
    wanted = LabelOrder(LabelKind.PLACE, {place_named(house, "甲-01"): 1}, symbol=SymbolKind.CODE_128,
                        file_format=FileFormat.ZPL)  # fmt: skip
    assert refused(house, wanted).code == "symbol_holds_data"
    made = printed(house, replace(wanted, symbol=SymbolKind.DATA_MATRIX))
    [(bitmap, _copies)] = labels_of(made.content)
    assert [data.decode() for _symbology, data in symbols_on(bitmap)] == ["甲-01"]


def test_label_text_fits__refuses_a_name_that_would_be_cut_off__allows_the_next_size(house: House) -> None:
    long = new_house(
        LotIn("L1", "1", EXPIRES), item={"device_name": "一次性使用无菌注射器" * 6, "identifiers": IDENTIFIERS}
    )
    wanted = order(long, "L1", size=LabelSize.SMALL)
    assert refused(long, wanted).code == "label_text_fits"
    assert printed(long, replace(wanted, size=LabelSize.MEDIUM)).content


def test_a_thing_named_by_no_label_is_refused(house: House) -> None:
    assert refused(house, LabelOrder(LabelKind.PRODUCT, {})).code == "document_has_lines"


def test_a_preview_shows_what_would_be_printed_and_writes_nothing(house: House) -> None:
    with house.company.scope():
        facts = previewed(order(house, "L1", copies=2), actor=house.company.actors[Role.KEEPER])
        assert LabelJob.objects.count() == 0
        assert RefusalRecord.objects.count() == 0
    assert file_of(facts) == printed(house, order(house, "L1", copies=2)).content


def test_one_label_and_200_take_the_same_statements() -> None:
    house = new_house(*[LotIn(f"L{n:03}", "1", EXPIRES) for n in range(202)], item={"identifiers": IDENTIFIERS})
    actor = house.company.actors[Role.KEEPER]

    def statements(lots: list[str]) -> int:
        with in_company(house.company.company_id), CaptureQueriesContext(connection) as asked:
            print_order(order(house, *lots, file_format=FileFormat.PDF, copies=2), actor=actor)
        return len(asked)

    names = sorted(house.lots)
    statements(names[:1])
    assert statements(names[1:2]) == statements(names[2:])
