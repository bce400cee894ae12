"""W5: order 100, receive 100, accept 95, reject 5 to the red zone; nothing is pickable before release (PEERS §5)."""

from decimal import Decimal
from typing import Any

import pytest

from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inspection.models import AcceptanceInspection, AcceptanceInspectionLine
from meridian.inspection.queries import acceptance_record
from meridian.inventory.models import StockBalance
from meridian.inventory.queries import Demand, allocate
from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.findings import Refused
from meridian.kernel.models import SignatureRecord
from meridian.kernel.signature import changed_after_signing
from meridian.ledger.queries import trial_balance
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, barcode, new_inbound
from meridian.scanning.tests.scanned import scan_in
from meridian.warehouse.documents import PutawayDocument
from meridian.warehouse.models import Putaway

pytestmark = pytest.mark.django_db

ARTICLE_65 = (
    "device_name", "model", "specification", "registration_no", "registrant_name", "contract_manufacturer_name",
    "production_license_no", "lot_no", "expires_on", "udi", "quantity", "conclusion", "accepted_quantity",
    "nonconformity", "disposition",
)  # fmt: skip
ARTICLE_65_HEAD = (
    "supplier_name", "supplier_address", "supplier_contact", "purchased_on", "inspector_id", "inspector_name",
    "accepted_at",
)  # fmt: skip


def pickable(story: Inbound) -> Decimal:
    """What first-expiry-first finds for a customer today."""
    with story.company.scope():
        today = now().date()
        demand = Demand(line_id=story.item, item_id=story.item, quantity=Decimal(100), arrives_on=today,
                        min_remaining_days=0)  # fmt: skip
        return sum((found.quantity for found in allocate([demand], site_day=today)), Decimal(0))


def test_w5_receive_inspect_release() -> None:
    story = new_inbound()
    receipt = story.receipt(story.order("100"))
    for _case in range(4):  # four cases of 20 …
        scan_in(story, receipt, barcode(CASE_DI))
    for _box in range(20):  # … and 20 boxes one by one
        scan_in(story, receipt, barcode(BOX_DI))
    story.receive(receipt)
    assert story.stock() == {("DY", "pending_inspection"): Decimal(100)}
    assert pickable(story) == 0

    inspection = story.inspection(receipt)
    story.inspect(
        inspection,
        {**ALL_PASSED, "accepted_quantity": "80", "conclusion": "accepted"},
        {**ALL_PASSED, "package": "failed", "accepted_quantity": "15", "rejected_quantity": "5",
         "conclusion": "partly", "nonconformity": "外包装破损", "disposition": "return"},
    )  # fmt: skip
    story.conclude(inspection)
    assert story.stock() == {("DY", "pending_inspection"): Decimal(95), ("BHG", "nonconforming"): Decimal(5)}
    assert pickable(story) == 0

    story.release(inspection)
    assert story.stock() == {("HG", "qualified"): Decimal(95), ("BHG", "nonconforming"): Decimal(5)}
    assert pickable(story) == 95
    the_record_is_whole(story, inspection)
    with story.company.scope():
        stock = next(row for row in trial_balance("2000-01", "2099-12") if row.account_code == "1405")
    assert stock.closing == Decimal("1250.00")  # 100 boxes at 12.50; a rejected box is still ours


def test_w5_put_away__a_wrong_zone_is_refused__the_person_comes_from_the_session() -> None:
    story = new_inbound()
    receipt = story.receipt(story.order("100"))
    for _case in range(5):
        scan_in(story, receipt, barcode(CASE_DI))
    story.receive(receipt)
    inspection = story.inspection(receipt)
    story.inspect(
        inspection,
        {**ALL_PASSED, "package": "failed", "accepted_quantity": "95", "rejected_quantity": "5",
         "conclusion": "partly", "nonconformity": "外包装破损", "disposition": "return"},
    )  # fmt: skip
    story.conclude(inspection)
    story.release(inspection)
    shelf, red_bin = bin_of(story, ZoneKind.QUALIFIED, "HG-01"), bin_of(story, ZoneKind.NONCONFORMING, "BHG-01")
    with story.company.scope():
        lot = StockBalance.objects.filter(status="qualified", quantity__gt=0).get().lot_id
    line = {"lot": lot, "place": story.company.set_up.places[ZoneKind.QUALIFIED], "quantity": "95"}
    keeper = Role.KEEPER
    wrong = story.company.draft(PutawayDocument, {}, [line | {"to_place": red_bin}], role=keeper).document_id
    with pytest.raises(Refused) as refused:
        story.company.perform(PutawayDocument.put_away, wrong, role=keeper)
    assert [finding.code for finding in refused.value.findings] == ["zone_matches_status"]
    assert story.stock() == {("HG", "qualified"): Decimal(95), ("BHG", "nonconforming"): Decimal(5)}
    right = story.company.draft(PutawayDocument, {}, [line | {"to_place": shelf}], role=keeper).document_id
    story.company.perform(PutawayDocument.put_away, right, role=keeper)
    assert story.stock() == {("HG-01", "qualified"): Decimal(95), ("BHG", "nonconforming"): Decimal(5)}
    with story.company.scope():
        assert Putaway.objects.get(pk=right).moved_by_name == story.company.actors[keeper].name


def bin_of(story: Inbound, zone: ZoneKind, code: str) -> Any:
    places = story.company.set_up
    with story.company.scope(), open_act(places.system):
        return Place.objects.create(site_id=places.site_id, parent_id=places.places[zone], kind="bin", zone_kind=zone,
                                    code=code, name=code, company_id=story.company.company_id).pk  # fmt: skip


def the_record_is_whole(story: Inbound, inspection: Any) -> None:
    """Receiver, inspector and releaser come from the session; every field of GSP Art 65 (6.65.1) is there."""
    with story.company.scope():
        row = AcceptanceInspection.objects.get(pk=inspection)
        printed = acceptance_record(story.company.company_id, inspection)
        stored = list(
            AcceptanceInspectionLine.objects.filter(document_id=inspection).order_by("line_no").values(*ARTICLE_65)
        )
        signatures = list(SignatureRecord.objects.filter(document_id=inspection))
        later = [
            changed_after_signing(AcceptanceInspectionDocument, inspection, each.content_hash) for each in signatures
        ]
        signed = list(SignatureRecord.objects.filter(document_id=inspection).order_by("at").values_list(
            "meaning", "signer_name"))  # fmt: skip
    people = {role: story.company.actors[role] for role in (Role.RECEIVER, Role.INSPECTOR, Role.QUALITY_HEAD)}
    assert row.received_by_id == people[Role.RECEIVER].user_id
    assert row.inspector_id == people[Role.INSPECTOR].user_id
    assert row.released_by_id == people[Role.QUALITY_HEAD].user_id
    assert signed == [("inspected", people[Role.INSPECTOR].name), ("released", people[Role.QUALITY_HEAD].name)]
    assert later == [False, False]  # what release writes is no part of what the inspector signed
    assert [name for name in ARTICLE_65_HEAD if not printed[name]] == []
    for line, kept in zip(printed["lines"], stored, strict=True):
        absent = [name for name in ARTICLE_65 if not line[name]]
        assert absent == ([] if line["rejected_quantity"] else ["nonconformity", "disposition"])
        assert kept.items() <= line.items()
    shown = {
        reference.field.name
        for reference in AcceptanceInspectionDocument.lines.columns
        if not isinstance(reference, tuple)
    }
    assert set(ARTICLE_65) <= shown
