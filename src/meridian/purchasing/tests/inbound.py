"""A company that buys, receives and inspects, for tests of what comes into the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.competence.tests.factories import qualification
from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inspection.models import AcceptanceInspection, AcceptanceInspectionLine
from meridian.inventory.models import StockBalance, StockMovement
from meridian.items.tests.factories import BOX_DI, CASE_DI, approved_item
from meridian.kernel.models import RefusalRecord
from meridian.kernel.work import Outcome
from meridian.organization.models import Place
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.tests.factories import approved_supplier
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.models import PurchaseOrderLine
from meridian.warehouse.documents import GoodsReceiptDocument

ROLES = (
    Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.BUYER, Role.PURCHASING_MANAGER, Role.RECEIVER, Role.INSPECTOR,
    Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.FINANCE_MANAGER, Role.ACCOUNTANT,
)  # fmt: skip
MAKER = {
    "registrant_name": "江南示范医疗科技有限公司",
    "contract_manufacturer_name": "苏州示范器械制造有限公司",
    "production_license_no": "苏药监械生产许20260001号",
}
PACKAGES = [
    {"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"},
    {"di": CASE_DI, "package_level": "case", "units_per_package": "20"},
]
LOT = {"lot_no": "L1", "manufactured_on": "2026-01-05", "expires_on": "2029-01-04"}
NOTE_AGREES = {"note_presence": "present", "note_form": "passed", "note_lines": "passed"}
"""What a receiver states of a delivery note without fault."""
ALL_PASSED = {"appearance": "passed", "package": "passed", "label": "passed", "certificate": "passed"}


def barcode(di: str = BOX_DI, lot: str = "L1", made: str = "260105", last: str = "290104", more: str = "") -> str:
    """A GS1 barcode as it is printed."""
    return f"(01){di}(11){made}(17){last}{more}(10){lot}"


@dataclass(frozen=True)
class Inbound:
    """A company with an approved supplier, an approved syringe in boxes of one and cases of 20, and an inspector."""

    company: CompanyForTests
    supplier: UUID
    item: UUID

    def place(self, zone: ZoneKind = ZoneKind.PENDING) -> UUID:
        """The zone of a kind."""
        return self.company.set_up.places[zone]

    def order(self, quantity: str = "100", *, item: UUID | None = None, release: bool = True, **fields: Any) -> UUID:
        """A purchase order of one line at 12.50 each, released unless told otherwise."""
        header = {"supplier": self.supplier, "ordered_on": "2026-11-20", "promised_on": "2026-12-31", **fields}
        lines = [{"item": item or self.item, "quantity": quantity, "unit_price": "12.5"}]
        made = self.company.draft(PurchaseOrderDocument, header, lines, role=Role.BUYER)
        if release:
            self.company.perform(PurchaseOrderDocument.release, made.document_id, role=Role.PURCHASING_MANAGER)
        return made.document_id

    def receipt(self, order: UUID | None, lines: Sequence[Mapping[str, Any]] | None = None, **fields: Any) -> UUID:
        """A draft receipt of an order into the pending zone."""
        header = {"order_id": order, "delivery_note_number": "SHTX-1", **NOTE_AGREES, "place": self.place(), **fields}
        return self.company.draft(GoodsReceiptDocument, header, lines, role=Role.RECEIVER).document_id

    def line(self, quantity: str = "100", **fields: Any) -> dict[str, Any]:
        """A line of a receipt, typed."""
        return {"item": self.item, "quantity": quantity, **LOT, **fields}

    def receive(self, receipt: UUID) -> Outcome:
        """Posts a receipt."""
        return self.company.perform(GoodsReceiptDocument.receive, receipt, role=Role.RECEIVER)

    def received(self, quantity: str = "100", **line: Any) -> UUID:
        """The acceptance inspection of a delivery of one lot against an order of the same quantity."""
        receipt = self.receipt(self.order(quantity), [self.line(quantity, **line)])
        self.receive(receipt)
        return self.inspection(receipt)

    def inspection(self, receipt: UUID) -> UUID:
        """The acceptance inspection that a receipt opened."""
        with self.company.scope():
            key: UUID = AcceptanceInspection.objects.get(receipt_id=receipt).pk
            return key

    def inspect(self, inspection: UUID, *answers: Mapping[str, Any]) -> Outcome:
        """Writes the answers, line by line, as the inspector."""
        with self.company.scope():
            ids = AcceptanceInspectionLine.objects.filter(document_id=inspection).order_by("line_no")
            keys = list(ids.values_list("pk", flat=True))
        lines = [{"id": key, **answer} for key, answer in zip(keys, answers, strict=True)]
        return self.company.draft(AcceptanceInspectionDocument, {}, lines, role=Role.INSPECTOR, document_id=inspection)

    def conclude(self, inspection: UUID) -> Outcome:
        """The inspector signs the conclusion."""
        return self.company.perform(AcceptanceInspectionDocument.conclude, inspection, role=Role.INSPECTOR)

    def release(self, inspection: UUID, role: Role = Role.QUALITY_HEAD) -> Outcome:
        """Quality signs the release."""
        return self.company.perform(AcceptanceInspectionDocument.release, inspection, role=role)

    def stock(self) -> dict[tuple[str, str], Decimal]:
        """What lies where, by zone code and status; places that hold nothing left out."""
        with self.company.scope():
            rows = StockBalance.objects.filter(quantity__gt=0).values_list("place_id", "status", "quantity")
            codes = dict(Place.objects.values_list("pk", "code"))
            found: dict[tuple[str, str], Decimal] = {}
            for place, status, quantity in rows:
                found[codes[place], status] = found.get((codes[place], status), Decimal(0)) + quantity
            return found

    def order_line(self, order: UUID) -> PurchaseOrderLine:
        """The only line of an order."""
        with self.company.scope():
            return PurchaseOrderLine.objects.get(document_id=order)

    def movements(self) -> int:
        """How many stock movements there are."""
        with self.company.scope():
            return StockMovement.objects.count()

    def refusals(self, document: UUID) -> list[str]:
        """The codes of the refusals recorded for a document, oldest first."""
        with self.company.scope():
            return list(
                RefusalRecord.objects.filter(document_id=document).order_by("at").values_list("code", flat=True)
            )


def new_inbound(**item: Any) -> Inbound:
    """Sets the company up; `item` changes the syringe."""
    company = new_company(ROLES)
    supplier = approved_supplier(company)
    made = approved_item(company, **{"identifiers": PACKAGES, **MAKER, **item})
    qualification(company, company.actors[Role.INSPECTOR].user_id)
    return Inbound(company, supplier, made)
