"""W2's firm: everybody who buys, keeps, judges and sells, a cold place for yellow and green, and no product yet."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from meridian.competence.tests.factories import qualification
from meridian.inventory.models import Lot, StockBalance
from meridian.items.tests.factories import load_snapshot
from meridian.kernel.clock import now
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.tests.factories import approved_customer, approved_supplier
from meridian.purchasing.tests.cold import HOURS, cold_place, logged
from meridian.purchasing.tests.inbound import ALL_PASSED, ROLES, Inbound
from meridian.warehouse.models import Shipment, ShipmentLine
from meridian.warehouse.tests.outbound import House

UNIT, CASE = "06901234567892", "16901234567899"
WRONG = "06901234567891"
REGISTRATION = "国械注准20463140002"
LOT = "W2L1"
POSTS = (*ROLES, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER)
ITEM = {
    "device_name": "一次性使用冷藏导管", "model": "LCDG", "specification": "6F", "device_class": "II",
    "class_code": "03-13", "base_unit": "box", "storage_condition": "refrigerated", "temperature_celsius_min": "2",
    "temperature_celsius_max": "8", "is_cold_chain": True, "registrant_name": "江南示范医疗科技有限公司",
    "contract_manufacturer_name": "苏州示范器械制造有限公司", "production_license_no": "苏药监械生产许20260001号",
}  # fmt: skip
PACKAGES = [
    {"di": UNIT, "package_level": "sales_unit", "units_per_package": "1"},
    {"di": CASE, "package_level": "case", "units_per_package": "10"},
]


@dataclass(frozen=True)
class NewProduct:
    """The firm before its product exists."""

    company: CompanyForTests
    supplier: UUID
    customer: UUID
    cold: UUID
    """Where cold goods wait."""

    def inbound(self, item: UUID) -> Inbound:
        """The firm as it buys an item."""
        return Inbound(self.company, self.supplier, item)

    def house(self, item: UUID) -> House:
        """The firm as it sells an item, with the lot of the story."""
        with self.company.scope():
            lots = dict(Lot.objects.filter(item_id=item).values_list("lot_no", "pk"))
        return House(self.company, item, self.customer, lots)

    def receipt(self, item: UUID, order: UUID) -> UUID:
        """A draft receipt of cold goods that have just come in."""
        way: dict[str, Any] = {
            "departed_at": (now() - HOURS).isoformat(),
            "arrival_celsius": "5.1",
            "transport_unit": "冷藏箱 LC-07",
        }
        return self.inbound(item).receipt(order, place=self.cold, **way)

    def shelve(self, item: UUID, receipt: UUID, quantity: str) -> None:
        """The log of the way is read, the goods are received, inspected and released."""
        inbound = self.inbound(item)
        logged(inbound, receipt)
        inbound.receive(receipt)
        inspection = inbound.inspection(receipt)
        inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": quantity, "conclusion": "accepted"})
        inbound.conclude(inspection)
        inbound.release(inspection)

    def lies(self) -> dict[str, Any]:
        """Lot, place and status of the only heap in the house, as a line of a document names them."""
        with self.company.scope():
            [heap] = StockBalance.objects.filter(quantity__gt=0)
            return {"lot": heap.lot_id, "place": heap.place_id, "stock_status": heap.status}

    def shipped_lots(self, shipment: UUID) -> tuple[str, list[str]]:
        """The state of a shipment and its lots."""
        with self.company.scope():
            lots = ShipmentLine.objects.filter(document_id=shipment).values_list("lot_no", flat=True)
            return Shipment.objects.get(pk=shipment).state, list(lots)


def barcode(di: str, today: date) -> str:
    """The product's barcode: made today, good for three years."""
    return f"(01){di}(11){today:%y%m%d}(17){today.replace(year=today.year + 3):%y%m%d}(10){LOT}"


def firm_without_product() -> NewProduct:
    """Sets the firm up."""
    company = new_company(POSTS)
    supplier, customer = approved_supplier(company), approved_customer(company)
    qualification(company, company.actors[Role.INSPECTOR].user_id)
    cold = cold_place(company)
    cold_place(company, ZoneKind.QUALIFIED, "HG-LC")
    load_snapshot(company, [UNIT, CASE], snapshot_on=now().date().isoformat())
    return NewProduct(company, supplier, customer, cold)
