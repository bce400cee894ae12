"""Barcodes into putaways, moves and shipments through HTTP, and the last scan taken back."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.models import RefusalRecord, User
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role
from meridian.platform.endpoints.urls import api
from meridian.sales.tests.factories import confirmed_order
from meridian.scanning.models import ScanRecord
from meridian.warehouse.documents import PutawayDocument, ShipmentDocument
from meridian.warehouse.tests.outbound import House, LotIn, new_house
from tests.endpoints.caller import Caller

pytestmark = pytest.mark.django_db

PACKAGES = [
    {"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"},
    {"di": CASE_DI, "package_level": "case", "units_per_package": "20"},
]
LAST = date(2028, 6, 30)
CASE, BOX = f"(01){CASE_DI}(17)280630(10)L1", f"(01){BOX_DI}(17)280630(10)L1"


@pytest.fixture
def house() -> House:
    return new_house(LotIn("L1", "100", LAST), item={"identifiers": PACKAGES})


def by(company: CompanyForTests, role: Role) -> Caller:
    client = Client()
    client.force_login(User.objects.get(pk=company.actors[role].user_id), backend=BACKEND)
    return Caller(client)


def test_goods_are_taken_up_and_laid_down__undo_takes_the_place_back(house: House) -> None:
    document = house.company.draft(PutawayDocument, {}, role=Role.KEEPER).document_id
    url, keeper = f"/api/v1/warehouse/putaways/{document}/scans", by(house.company, Role.KEEPER)
    status, answer = keeper.post(url, {"scan": CASE, "device_time": "2026-11-01T08:00:00+08:00"}, key="p-1")
    assert (status, answer["scan"]["added"], answer["verdict"], answer["state"]) == (200, "20", "attention", "draft")
    status, refused = keeper.post(url, {"scan": "BHG"}, key="p-2")
    assert (status, refused["code"]) == (422, "zone_matches_status")
    assert keeper.post(url, {"scan": "BHG"}, key="p-2") == (status, refused)
    status, answer = keeper.post(f"{url}/undo", {}, key="p-3")
    assert (status, answer["scan"], answer["told"].startswith("已撤销")) == (200, None, True)
    assert keeper.post(f"{url}/undo", {}, key="p-4")[1]["code"] == "nothing_to_undo"
    with house.company.scope():
        assert list(ScanRecord.objects.order_by("id").values_list("kind", "verdict")) == [
            ("scan", "attention"), ("scan", "stop"), ("undo", "ok"), ("undo", "stop"),
        ]  # fmt: skip
        assert RefusalRecord.objects.filter(document_id=document).count() == 2


def test_a_shipment_is_picked_and_then_reviewed_under_one_address(house: House) -> None:
    document = house.shipment(confirmed_order(house, "20"))
    url = f"/api/v1/warehouse/shipments/{document}/scans"
    picker, reviewer = by(house.company, Role.PICKER), by(house.company, Role.REVIEWER)
    assert picker.post(url, {"scan": CASE})[1]["scan"]["quantity"] == "20"
    assert picker.post(url, {"scan": BOX})[1]["code"] == "line_is_complete"
    assert reviewer.post(url, {"scan": CASE})[0] == 403
    house.company.perform(ShipmentDocument.pick, document, role=Role.PICKER)
    assert reviewer.post(url, {"scan": BOX})[1]["scan"]["quantity"] == "1"
    assert picker.post(url, {"scan": BOX})[0] == 403
    with house.company.scope():
        assert list(ScanRecord.objects.order_by("id").values_list("task", "verdict")) == [
            ("pick", "ok"), ("pick", "stop"), ("review", "ok"),
        ]  # fmt: skip


def test_the_stepper_and_a_stop_set_aside(house: House) -> None:
    document = house.shipment(confirmed_order(house, "20"))
    url, picker = f"/api/v1/warehouse/shipments/{document}/scans", by(house.company, Role.PICKER)
    _status, shown = picker.get(url)
    [line] = shown["lines"]
    assert (shown["task"], shown["ends_with"], line["done"], line["wanted"]) == ("pick", "pick", "0", "20")
    status, answer = picker.post(f"{url}/quantity", {"line_id": line["line_id"], "quantity": "19"}, key="q-1")
    assert (status, answer["replayed"]) == (200, False)
    assert picker.post(f"{url}/quantity", {"line_id": line["line_id"], "quantity": "19"}, key="q-1")[1]["replayed"]
    status, refused = picker.post(f"{url}/quantity", {"line_id": line["line_id"], "quantity": "21"})
    assert (status, refused["code"]) == (422, "quantity_out_of_bounds")
    assert picker.post(f"{url}/set-aside", {})[1]["code"] == "stop_not_open"
    assert picker.post(url, {"scan": CASE})[1]["code"] == "line_is_complete"
    [first, *_rest] = picker.get(url)[1]["records"]
    assert (first["kind"], first["verdict"], first["is_open_stop"]) == ("scan", "stop", True)
    status, answer = picker.post(f"{url}/set-aside", {}, key="a-1")
    assert (status, answer["verdict"], answer["scan"]) == (200, "attention", None)
    assert picker.post(f"{url}/set-aside", {"record_id": first["id"]})[1]["code"] == "stop_not_open"
    [line] = picker.get(url)[1]["lines"]
    assert (line["lot"], line["done"]) == ("L1", "19")
    assert by(house.company, Role.REVIEWER).get(url)[0] == 403
    assert picker.post(f"{url}/quantity", {"line_id": line["line_id"], "quantity": "1", "place": "HG"})[1][
        "code"] == "field_unknown"  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"scan": CASE, "device_time": "yesterday"}, "field_invalid"),
        ({"scan": CASE, "device_time": "2026-11-01T08:00:00"}, "field_invalid"),
        ({"scan": CASE, "moved_by_name": "x"}, "system_field_readonly"),
        ({"scan": CASE, "place": "HG"}, "field_unknown"),
    ],
)
def test_what_a_scanner_may_not_say_is_refused_by_name(house: House, body: dict[str, Any], code: str) -> None:
    document = house.company.draft(PutawayDocument, {}, role=Role.KEEPER).document_id
    url = f"/api/v1/warehouse/putaways/{document}/scans"
    assert by(house.company, Role.KEEPER).post(url, body)[1]["code"] == code
    with house.company.scope():
        assert ScanRecord.objects.count() == 0


def test_every_scan_is_described_in_the_schema() -> None:
    paths = api.get_openapi_schema()["paths"]
    slugs = ("goods-receipts", "putaways", "internal-moves", "shipments")
    described = [
        paths[f"/api/v1/warehouse/{slug}/{{document_id}}/scans{part}"]["post"]
        for slug in slugs
        for part in ("", "/undo", "/quantity", "/set-aside")
    ]
    assert len({each["operationId"] for each in described}) == 16
    for each in described:
        assert "Idempotency-Key" in [parameter["name"] for parameter in each["parameters"]]
