"""Buying: orders, receipts by barcode, inspections and releases, a delivery at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inspection.models import AcceptanceInspection, AcceptanceInspectionLine
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.scanning.answers import Capture
from meridian.scanning.services import take
from meridian.scanning.vocabulary import ScanTask
from meridian.site.demo.clockwork import Days
from meridian.site.demo.cold_chain import read_log, way
from meridian.site.demo.masters import Party
from meridian.site.demo.products import Product
from meridian.site.demo.staff import Staff
from meridian.warehouse.documents import GoodsReceiptDocument

PASSED = dict.fromkeys(("appearance", "package", "label", "certificate"), "passed")
NOTE_AGREES = {"note_presence": "present", "note_form": "passed", "note_lines": "passed"}
"""What the receiver finds of a delivery note without fault."""
COLD_PENDING = "LK-DY"
SHORT_MONTHS = 24
"""Products that keep at most this long come now and then with little life left."""


@dataclass(frozen=True)
class Delivery:
    """What one order brings: item, quantity, and for each line what its label says."""

    order: UUID
    supplier: Party
    wanted: Sequence[tuple[Product, int]]


@dataclass
class Buying:
    """The purchasing side of the house."""

    staff: Staff
    days: Days
    random: Random
    lots: int = 0
    roads: Random = field(default_factory=lambda: Random(63))

    def order(self, supplier: Party, wanted: Sequence[tuple[Product, int]], days_ago: int) -> Delivery:
        """The buyer's order, in draft."""
        fields = {
            "supplier": supplier.id,
            "ordered_on": self.days.ago(days_ago),
            "promised_on": self.days.ago(days_ago - 3),
            "note": "月度补货" if self.random.random() < 0.3 else "",
        }
        lines = [{"item": p.item_id, "quantity": quantity, "unit_price": p.price} for p, quantity in wanted]
        made = self.staff.draft(Role.BUYER, PurchaseOrderDocument, fields, lines)
        return Delivery(made, supplier, wanted)

    def release(self, delivery: Delivery) -> None:
        """The purchasing manager's release."""
        self.staff.perform(Role.PURCHASING_MANAGER, PurchaseOrderDocument.release, delivery.order)

    def arrive(self, delivery: Delivery, days_ago: int, *, warmest: str = "", **found: Any) -> UUID:
        """The receiver's receipt, scanned line by line, in draft; cold goods with the log of their way, read.

        `found` is what the receiver finds otherwise than usual, `warmest` what a cold box once rose to.
        """
        is_cold = any(product.family.is_cold_chain for product, _quantity in delivery.wanted)
        fields = self._header(delivery, days_ago) | {
            "place": self.cold_place if is_cold else self.staff.place(ZoneKind.PENDING),
            **(way(self.roads) if is_cold else {}),
            **found,
        }
        lines = [line for product, quantity in delivery.wanted for line in self._labels(product, quantity, days_ago)]
        receipt = self.staff.draft(Role.RECEIVER, GoodsReceiptDocument, fields, lines)
        if is_cold:
            read_log(self.staff, receipt, self.roads, warmest=warmest)
        return receipt

    def scan_in(self, delivery: Delivery, days_ago: int, times: int) -> UUID:
        """A receipt under way: the receiver has scanned each product so many times and is not done."""
        fields = self._header(delivery, days_ago) | {"place": self.staff.place(ZoneKind.PENDING)}
        receipt = self.staff.draft(Role.RECEIVER, GoodsReceiptDocument, fields)
        for product, _quantity in delivery.wanted:
            text = self._labels(product, 1, days_ago)[0]["scanned"]
            for _again in range(1 if product.family.is_serial else times):
                answer = take(ScanTask.RECEIVE, receipt, Capture(text=text), actor=self.staff.actor(Role.RECEIVER))
                if answer.refused:
                    raise answer.refused
        return receipt

    def _header(self, delivery: Delivery, days_ago: int) -> dict[str, Any]:
        note = f"{delivery.supplier.code}-{self.days.ago(days_ago):%y%m%d}"
        return {"order_id": delivery.order, **NOTE_AGREES, "delivery_note_number": note}

    @cached_property
    def cold_place(self) -> UUID:
        """Where cold goods wait for their inspection, at 2–8 ℃."""
        with self.staff.reading():
            return Place.objects.get(code=COLD_PENDING).pk

    def receive(self, receipt: UUID) -> UUID:
        """Posts the receipt; the inspection that now waits."""
        self.staff.perform(Role.RECEIVER, GoodsReceiptDocument.receive, receipt)
        return AcceptanceInspection.objects.get(receipt_id=receipt).pk

    def inspect(self, inspection: UUID, *, damaged: int = 0) -> None:
        """The inspector's record and signature; `damaged` units of the first lot are rejected."""
        rows = AcceptanceInspectionLine.objects.filter(document_id=inspection).order_by("line_no")
        lines = [_accepted(row) for row in rows]
        first = rows[0]
        if 0 < damaged < first.quantity:
            lines[0] |= {
                "accepted_quantity": first.quantity - damaged,
                "rejected_quantity": damaged,
                "package": "failed",
                "conclusion": "partly",
                "nonconformity": "外包装破损，内包装受潮",
                "disposition": "return",
            }
        self.staff.draft(Role.INSPECTOR, AcceptanceInspectionDocument, {}, lines, document_id=inspection)
        self.staff.perform(Role.INSPECTOR, AcceptanceInspectionDocument.conclude, inspection)

    def accept(self, inspection: UUID) -> None:
        """Quality's release: the goods may be sold."""
        self.staff.perform(Role.QUALITY_STAFF, AcceptanceInspectionDocument.release, inspection)

    def close(self, delivery: Delivery) -> None:
        """Everything has come."""
        self.staff.perform(Role.PURCHASING_MANAGER, PurchaseOrderDocument.close, delivery.order, reason="已全部到货")

    def _labels(self, product: Product, quantity: int, days_ago: int) -> list[dict[str, Any]]:
        family = product.family
        self.lots += 1
        lot = f"{self.days.ago(days_ago + 40):%y%m}{family.model[:2]}{self.lots:04}"
        made_on = self._made_on(family.months, days_ago)
        if not family.is_serial:
            return [_label(product, quantity, made_on, lot=lot)]
        return [_label(product, 1, made_on, lot=lot, serial=f"{lot}-{unit:02}") for unit in range(1, quantity + 1)]

    def _made_on(self, months: int, days_ago: int) -> date:
        """A recent day, or one that leaves only about three months of a short life."""
        age = self.random.randint(25, 70)
        if 0 < months <= SHORT_MONTHS and self.random.random() < 0.25:
            age = months * 30 - self.random.randint(61, 100)
        return self.days.ago(days_ago + age)


def expiry(made_on: date, months: int) -> date | None:
    """The last day of use of a product that keeps `months`; None for one that keeps for ever."""
    return made_on + timedelta(days=round(months * 30.4375)) if months else None


def _label(product: Product, quantity: int, made_on: date, *, lot: str, serial: str = "") -> dict[str, Any]:
    """One line of a receipt: the columns, and the barcode that says the same."""
    expires_on = expiry(made_on, product.family.months)
    parts = [f"(01){product.di}", f"(11){made_on:%y%m%d}"]
    parts += [f"(17){expires_on:%y%m%d}"] if expires_on else []
    parts += [f"(10){lot}"] + ([f"(21){serial}"] if serial else [])
    return {
        "item": product.item_id,
        "quantity": quantity,
        "lot_no": lot,
        "serial_no": serial,
        "sterilization_lot_no": f"M{lot[:4]}{lot[-2:]}" if "s" in product.family.flags else "",
        "manufactured_on": made_on,
        "expires_on": expires_on,
        "scanned": "".join(parts),
    }


def _accepted(row: AcceptanceInspectionLine) -> dict[str, Any]:
    conclusion: Mapping[str, Any] = {"accepted_quantity": row.quantity, "rejected_quantity": 0,
                                     "conclusion": "accepted"}  # fmt: skip
    return {"id": row.pk, **PASSED, **conclusion}
