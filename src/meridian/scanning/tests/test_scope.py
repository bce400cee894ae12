"""Whose work a scanner does: within a person's warehouse, and any agency's barcode alike."""

from datetime import date
from uuid import UUID

import pytest

from meridian.items.udi import hibc
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.kernel.models import RoleAssignment
from meridian.organization.models import Place
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import barcode, new_inbound
from meridian.scanning.queries import hub, known_about, standing
from meridian.scanning.services import begin, undo
from meridian.scanning.tests.scanned import nothing_moves, scan, scan_in, stopped
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.models import Putaway
from meridian.warehouse.tests.outbound import LotIn, new_house

pytestmark = pytest.mark.django_db

LAST = date(2028, 6, 30)


def limited(company: CompanyForTests, warehouse: UUID) -> None:
    """The keeper's post is held for one warehouse alone."""
    with company.scope(), open_act(company.set_up.system):
        RoleAssignment.objects.filter(user_id=company.actors[Role.KEEPER].user_id).update(
            scope_kind="warehouse", scope_id=warehouse
        )


def another_warehouse(company: CompanyForTests) -> UUID:
    set_up = company.set_up
    with company.scope(), open_act(set_up.system):
        house = Place.objects.create(site_id=set_up.site_id, kind="warehouse", code="CK2", name="二号库")
        Place.objects.create(site_id=set_up.site_id, parent=house, kind="zone", zone_kind="qualified", code="HG2",
                             name="合格品区")  # fmt: skip
    return house.pk


def test_a_keeper_of_another_warehouse_neither_sees_nor_scans_a_document() -> None:
    house = new_house(LotIn("L1", "10", LAST))
    company, keeper = house.company, house.company.actors[Role.KEEPER]
    document = begin(ScanTask.PUT_AWAY, company.set_up.site_id, actor=keeper, key="")
    assert scan(company, ScanTask.PUT_AWAY, document, "L1").refused is None
    assert known_about("L1", actor=keeper).stock != ()
    limited(company, another_warehouse(company))
    assert [tile.waiting for tile in hub(actor=keeper)] == [0, 0]
    assert (known_about("L1", actor=keeper).stock, known_about("L1", actor=keeper).moves) == ((), ())
    with pytest.raises(Refused) as caught:
        standing(ScanTask.PUT_AWAY, document, actor=keeper)
    assert caught.value.status == 404
    with nothing_moves(company, ScanTask.PUT_AWAY, document), pytest.raises(Refused) as caught:
        scan(company, ScanTask.PUT_AWAY, document, "L1")
    assert caught.value.status == 404


def test_who_works_in_one_warehouse_begins_in_it_and_scans_its_goods_alone() -> None:
    house = new_house(LotIn("L1", "10", LAST))
    company, keeper = house.company, house.company.actors[Role.KEEPER]
    with company.scope():
        own = Place.objects.get(kind="warehouse").pk
    another_warehouse(company)
    limited(company, own)
    document = begin(ScanTask.PUT_AWAY, company.set_up.site_id, actor=keeper, key="")
    with company.scope():
        assert Putaway.objects.get(pk=document).warehouse_id == own
    assert scan(company, ScanTask.PUT_AWAY, document, "L1").refused is None
    undo(ScanTask.PUT_AWAY, document, key="", actor=keeper)
    with company.scope():
        assert Putaway.objects.get(pk=document).warehouse_id == own
    assert stopped(company, ScanTask.PUT_AWAY, document, "HG2").card.code == "place_holds_nothing"


def test_a_barcode_of_hibc_is_received_and_put_away_like_one_of_gs1() -> None:
    di = "A99912345"
    packages = [{"di": di, "package_level": "case", "units_per_package": "20"}]
    inbound = new_inbound(identifiers=packages)
    receipt = inbound.receipt(inbound.order("40"))
    text = hibc.write(di, lot="L1", expires_on=date(2029, 1, 4))
    answer = scan_in(inbound, receipt, text)
    assert (int(answer.added), [(fact.ai, fact.value) for fact in answer.card.facts]) == (
        20, [("", "L1"), ("", "2029-01-04")],
    )  # fmt: skip
    card = known_about(text, actor=inbound.company.actors[Role.RECEIVER])
    assert str(card.problem).endswith("没有批号 L1。")
    inbound.receive(receipt)
    assert known_about(text, actor=inbound.company.actors[Role.RECEIVER]).lot == "L1"
    assert stopped(inbound.company, ScanTask.RECEIVE, inbound.receipt(inbound.order("40")), barcode(),
                   role=Role.RECEIVER).card.code == "scan_unknown"  # fmt: skip
