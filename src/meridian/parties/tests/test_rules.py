"""Gates on suppliers and customers at their boundaries: the day before, the day, the day after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from meridian.kernel.clock import Moment
from meridian.kernel.gates import all_gates
from meridian.kernel.values.identity import uuid7
from meridian.organization.rules import ScopePart
from meridian.parties.queries import CustomerVerdict, Paper, SupplierVerdict
from meridian.parties.rules import (
    customer_papers_valid,
    customer_qualified,
    customer_scope_covers_item,
    licence_file_complete,
    supplier_papers_valid,
    supplier_qualified,
    supplier_scope_covers_item,
)

APPROVED_AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
LAST = date(2026, 12, 5)
ANY = (ScopePart("", ""),)


def on(day: date) -> Moment:
    return Moment.at(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


def paper(kind: str, until: date | None = LAST, *, mode: str = "", scope: Sequence[ScopePart] = ()) -> Paper:
    return Paper(uuid7(), kind, f"{kind} 1 号", mode, date(2021, 12, 6), until, tuple(scope))


def supplier(*papers: Paper, kind: str = "dealer", **changed: Any) -> SupplierVerdict:
    made = SupplierVerdict(
        uuid7(), "GHZ-1", "甲公司", kind, "", "", "", "", "approved", APPROVED_AT, None, None, papers
    )
    return replace(made, **changed)


def customer(*papers: Paper, kind: str = "dealer", **changed: Any) -> CustomerVerdict:
    made = CustomerVerdict(
        uuid7(), "XHZ-1", "乙医院", kind, "", "", "", "", "approved", APPROVED_AT, None, None, papers, "", 0, ""
    )
    return replace(made, **changed)


@dataclass(frozen=True)
class ADevice:
    device_class: str = "III"
    class_code: str = "14-01-03"
    old_class_code: str = ""
    number: str = "WL-1"
    device_name: str = "注射器"


@dataclass(frozen=True)
class ALine:
    item: ADevice
    line_id: Any = None


@dataclass(frozen=True)
class APurchase:
    supplier: SupplierVerdict
    lines: Sequence[Any] = ()


@dataclass(frozen=True)
class ASale:
    customer: CustomerVerdict
    lines: Sequence[Any] = ()


def purchase(of: ADevice, *papers: Paper, kind: str = "dealer") -> APurchase:
    return APurchase(supplier(*papers, kind=kind), [ALine(of, uuid7())])


def sale(of: ADevice, *papers: Paper, kind: str = "dealer") -> ASale:
    return ASale(customer(*papers, kind=kind), [ALine(of, uuid7())])


# G01, G27 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "refused"), [(-1, True), (0, False), (1, False)])
def test_approval_counts_from_its_instant(seconds: int, refused: bool) -> None:
    moment = Moment.at(APPROVED_AT + timedelta(seconds=seconds), ZoneInfo("Asia/Shanghai"))
    assert bool(supplier_qualified(APurchase(supplier()), moment)) is refused
    assert bool(customer_qualified(ASale(customer()), moment)) is refused


@pytest.mark.parametrize("state", ["draft", "suspended"])
def test_a_party_that_is_not_approved_is_refused_by_name(state: str) -> None:
    day = on(date(2026, 7, 1))
    breach = supplier_qualified(APurchase(supplier(state=state)), day)[0]
    assert "甲公司" in str(breach.evidence)
    assert breach.owner == "quality_head"
    assert breach.remedy is not None
    assert breach.remedy.document_type == "supplier"
    assert "乙医院" in str(customer_qualified(ASale(customer(state=state)), day)[0].evidence)


# G02, G28 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "refused"),
    [(LAST - timedelta(days=1), False), (LAST, False), (LAST + timedelta(days=1), True)],
)
def test_a_paper_is_good_through_its_last_day(day: date, refused: bool) -> None:
    papers = (paper("business_license", None), paper("dealing_license", mode="wholesale"))
    bought = supplier_papers_valid(APurchase(supplier(*papers)), on(day))
    sold = customer_papers_valid(ASale(customer(*papers)), on(day))
    assert bool(bought) is bool(sold) is refused
    for breach in (*bought, *sold):
        assert "2026-12-05" in str(breach.evidence)
        assert "dealing_license 1 号" in str(breach.evidence)


@pytest.mark.parametrize(
    ("day", "refused"), [(date(2021, 12, 5), True), (date(2021, 12, 6), False), (date(2021, 12, 7), False)]
)
def test_a_paper_is_good_from_its_first_day(day: date, refused: bool) -> None:
    assert bool(supplier_papers_valid(APurchase(supplier(paper("business_license"))), on(day))) is refused


def test_the_day_is_the_day_at_the_site() -> None:
    facts = APurchase(supplier(paper("business_license")))
    last_minute = datetime(2026, 12, 5, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    shanghai = ZoneInfo("Asia/Shanghai")
    assert not supplier_papers_valid(facts, Moment.at(last_minute, shanghai))
    assert supplier_papers_valid(facts, Moment.at(last_minute + timedelta(minutes=1), shanghai))


def test_a_renewed_paper_heals_the_expired_one() -> None:
    renewed = replace(paper("business_license", None), valid_from=LAST + timedelta(days=1))
    facts = APurchase(supplier(paper("business_license"), renewed))
    assert not supplier_papers_valid(facts, on(LAST))
    assert not supplier_papers_valid(facts, on(LAST + timedelta(days=1)))


@pytest.mark.parametrize(
    ("kind", "papers", "refused"),
    [
        ("dealer", ["business_license"], False),
        ("dealer", [], True),
        ("maker", ["business_license"], True),
        ("maker", ["business_license", "production_license"], False),
        ("maker", ["business_license", "production_filing"], False),
        ("maker", ["production_license"], True),
    ],
)
def test_papers_that_must_be_on_file(kind: str, papers: Sequence[str], refused: bool) -> None:
    held = [paper(name) for name in papers]
    assert bool(supplier_papers_valid(APurchase(supplier(*held, kind=kind)), on(LAST))) is refused
    assert bool(customer_papers_valid(ASale(customer(*held, kind=kind)), on(LAST))) is refused


@pytest.mark.parametrize(
    ("kind", "needed"), [("user_institution", "practice_license"), ("other_need", "purpose_proof")]
)
def test_institutions_show_their_own_paper(kind: str, needed: str) -> None:
    assert customer_papers_valid(ASale(customer(kind=kind)), on(LAST))
    assert not customer_papers_valid(ASale(customer(paper(needed), kind=kind)), on(LAST))


# G03, G29 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "refused"),
    [(LAST - timedelta(days=1), False), (LAST, False), (LAST + timedelta(days=1), True)],
)
def test_only_a_valid_paper_gives_scope(day: date, refused: bool) -> None:
    held = paper("dealing_license", mode="wholesale", scope=ANY)
    assert bool(supplier_scope_covers_item(purchase(ADevice(), held), on(day))) is refused
    assert bool(customer_scope_covers_item(sale(ADevice(), held), on(day))) is refused


@pytest.mark.parametrize(("mode", "refused"), [("wholesale", False), ("both", False), ("retail", True), ("", True)])
def test_a_dealer_that_may_not_sell_wholesale_supplies_nobody(mode: str, refused: bool) -> None:
    held = paper("dealing_license", mode=mode, scope=ANY)
    assert bool(supplier_scope_covers_item(purchase(ADevice(), held), on(LAST))) is refused
    assert not customer_scope_covers_item(sale(ADevice(), held), on(LAST))


@pytest.mark.parametrize(
    ("device_class", "held", "refused"),
    [
        ("III", "dealing_license", False),
        ("III", "dealing_filing", True),
        ("II", "dealing_filing", False),
        ("II", "dealing_license", True),
        ("III", "business_license", True),
        ("I", "business_license", False),
    ],
)
def test_a_dealers_paper_covers_its_own_class(device_class: str, held: str, refused: bool) -> None:
    """Class I needs no paper, II a filing, III a licence (Order 739 Art 41, 42)."""
    one = paper(held, mode="wholesale", scope=ANY)
    device = ADevice(device_class=device_class)
    assert bool(supplier_scope_covers_item(purchase(device, one), on(LAST))) is refused
    assert bool(customer_scope_covers_item(sale(device, one), on(LAST))) is refused


@pytest.mark.parametrize(
    ("device_class", "held", "refused"),
    [
        ("III", "production_license", False),
        ("II", "production_license", False),
        ("I", "production_license", True),
        ("I", "production_filing", False),
        ("II", "production_filing", True),
        ("III", "dealing_license", True),
    ],
)
def test_a_makers_paper_covers_its_own_class(device_class: str, held: str, refused: bool) -> None:
    """A filing for class I, a licence for II and III (Order 739 Art 31, 32)."""
    facts = purchase(ADevice(device_class=device_class), paper(held, scope=ANY), kind="maker")
    assert bool(supplier_scope_covers_item(facts, on(LAST))) is refused


def test_the_product_outside_the_scope_is_named_and_its_line_marked() -> None:
    held = paper("dealing_license", mode="wholesale", scope=[ScopePart("III", "14"), ScopePart("III", "6821")])
    inside, outside = ALine(ADevice(), uuid7()), ALine(ADevice(class_code="13-07", number="WL-9"), uuid7())
    old = ALine(ADevice(class_code="07-09", old_class_code="6821"), uuid7())
    breaches = supplier_scope_covers_item(APurchase(supplier(held), [inside, outside, old]), on(LAST))
    assert [breach.subject_id for breach in breaches] == [outside.line_id]
    assert "WL-9" in str(breaches[0].evidence)


def test_an_institution_is_held_to_its_practice_scope() -> None:
    held = paper("practice_license", scope=[ScopePart("", "14")])
    assert not customer_scope_covers_item(sale(ADevice(), held, kind="user_institution"), on(LAST))
    other = sale(ADevice(class_code="13-07"), held, kind="user_institution")
    assert customer_scope_covers_item(other, on(LAST))


# paper's own file -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ALicence:
    kind: str
    mode: str
    scope_parts: int
    id: Any = None


@pytest.mark.parametrize(
    ("licence", "missing"),
    [
        (ALicence("dealing_license", "wholesale", 1), 0),
        (ALicence("dealing_license", "", 0), 2),
        (ALicence("dealing_filing", "", 1), 1),
        (ALicence("practice_license", "", 0), 1),
        (ALicence("business_license", "", 0), 0),
    ],
)
def test_a_paper_states_scope_and_mode(licence: ALicence, missing: int) -> None:
    assert len(licence_file_complete(licence, on(LAST))) == missing


def test_gates_carry_the_law_and_the_old_codes() -> None:
    found = {code: (gate.law, gate.aliases, gate.waivable_by) for code, gate in all_gates().items()}
    assert found["supplier_qualified"] == ("G01", ("SUPPLIER_NOT_QUALIFIED",), ())
    assert found["supplier_papers_valid"] == ("G02", ("SUPPLIER_CERT_EXPIRED",), ())
    assert found["supplier_scope_covers_item"] == ("G03", ("SUPPLIER_SCOPE_EXCEEDED",), ())
    assert found["customer_qualified"] == ("G27", ("CUSTOMER_NOT_QUALIFIED",), ())
    assert found["customer_papers_valid"] == ("G28", ("CUSTOMER_CERT_EXPIRED",), ())
    assert found["customer_scope_covers_item"] == ("G29", ("CUSTOMER_SCOPE_EXCEEDED",), ())
