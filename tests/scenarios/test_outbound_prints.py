"""The delivery note 随货同行单 and the sales record 销售记录 on paper, as people print them."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pypdf
import pytest

from meridian.kernel.act import open_act
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.sales.tests.factories import confirmed_order, today
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.tests.outbound import House, LotIn, new_house
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db


def paper(person: Person, path: str, document: UUID, form: str, language: str = "zh-hans") -> str:
    """The words of a print, without the breaks of its layout."""
    answer = person.client.get(f"/{path}/{document}/print/{form}", headers={"accept-language": language})
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.content)).pages)
    return "".join(text.replace("\u200b", "").split())


@pytest.fixture
def house() -> House:
    cold = {
        "storage_condition": "refrigerated",
        "temperature_celsius_min": "2",
        "temperature_celsius_max": "8",
        "contract_manufacturer_name": "江南代工有限公司",
        "production_license_no": "苏药监械生产许20210001号",
    }
    house = new_house(item=cold)
    house.stock(LotIn("A20260801", "40", today(house) + timedelta(days=200)))
    return house


def test_the_delivery_note_prints_every_field_the_law_names(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "10"))
    house.to_shipped(shipment)
    text = paper(Person(house, Role.KEEPER), "warehouse/shipments", shipment, "delivery_note")
    expires_on = house.lot("A20260801").expires_on
    for words in (
        "随货同行单", "一次性使用无菌注射器", "ZSQ", "5mL", "苏械注准20262140001", "江南示范医疗科技有限公司",
        "江南代工有限公司", "A20260801", str(expires_on), "10", "盒", "冷藏2–8℃", "江南试验医疗器械有限公司",
        "江南市第一人民医院", "江南市中山路8号设备科库房", "025-00000000", str(today(house)),
        "江南试验医疗器械有限公司出库专用章",
    ):  # fmt: skip
        assert words in text, words


def test_a_delivery_note_printed_in_english_says_both_and_keeps_the_words_of_the_law(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "10"))
    house.to_shipped(shipment)
    keeper = Person(house, Role.KEEPER)
    english = paper(keeper, "warehouse/shipments", shipment, "delivery_note", "en")
    for words in (
        "随货同行单", "Deliverynote", "供货企业", "Supplier", "收货单位", "Consignee", "批号／序列号", "Lot/serial",
        "运输及贮存条件", "Transportandstorage", "冷藏2–8℃", "盒", "发货人Sender", "Page1of1", "A20260801",
        "江南试验医疗器械有限公司出库专用章",
    ):  # fmt: skip
        assert words in english, words
    assert "Shipment" in paper(keeper, "warehouse/shipments", shipment, "record", "en")
    again = keeper.client.get(f"/warehouse/shipments/{shipment}/print/delivery_note?reason=x")
    chinese = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(again.content)).pages)
    assert "Supplier" not in chinese


def test_the_sales_record_prints_lots_prices_and_amounts(house: House) -> None:
    order = confirmed_order(house, "10")
    house.to_shipped(house.shipment(order))
    text = paper(Person(house, Role.SALES_MANAGER), "sales/sales-orders", order, "sales_record")
    for words in (
        "销售记录", "一次性使用无菌注射器", "苏械注准20262140001", "苏药监械生产许20210001号", "A20260801", "115.00",
        "1,150.00", "江南市第一人民医院", "025-00000000", str(today(house)),
    ):  # fmt: skip
        assert words in text, words


def test_review_and_transport_records_print_every_field_the_law_names(house: House) -> None:
    """GSP Art 88 and 96; a failed review says what was wrong and what quality decided (Art 87)."""
    shipment = house.shipment(confirmed_order(house, "10"))
    house.to_shipped(shipment)
    keeper, expires_on = Person(house, Role.KEEPER), str(house.lot("A20260801").expires_on)
    device = (
        "一次性使用无菌注射器",
        "ZSQ",
        "5mL",
        "苏械注准20262140001",
        "A20260801",
        "盒",
        "10",
        "江南市第一人民医院",
    )
    review = paper(keeper, "warehouse/shipments", shipment, "outbound_review")
    for words in (*device, "江南示范医疗科技有限公司", "江南代工有限公司", expires_on, "复核员甲", str(today(house))):
        assert words in review, words
    transport = paper(keeper, "warehouse/shipments", shipment, "transport_record")
    for words in (
        *device, "江南市中山路8号设备科库房", "025-00000000", "自有车辆", "苏A·D9520", "司机甲", str(today(house)),
    ):  # fmt: skip
        assert words in transport, words
    with open_act(house.company.set_up.system):  # what is cold stays cold while it waits for quality
        apart = Place.objects.filter(zone_kind__in=[ZoneKind.PENDING, ZoneKind.NONCONFORMING])
        apart.update(temperature_celsius_min=2, temperature_celsius_max=8)
    failed = house.shipment(confirmed_order(house, "5"))
    house.company.perform(ShipmentDocument.pick, failed, role=Role.PICKER)
    house.find(failed, "package", note="外箱压破")
    house.company.perform(ShipmentDocument.fail_review, failed, role=Role.REVIEWER, reason="外箱压破")
    house.company.perform(ShipmentDocument.condemn_held, failed, role=Role.QUALITY_HEAD, reason="内包装破损")
    said = paper(keeper, "warehouse/shipments", failed, "outbound_review")
    for words in ("包装破损、污染或封口不牢", "外箱压破", "判不合格", "复核员甲"):
        assert words in said, words
