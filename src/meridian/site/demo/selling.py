"""Selling: orders, allocation first expiry first, picking, review by a second person, shipping."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from uuid import UUID

from meridian.organization.vocabulary import Role
from meridian.sales.documents import SalesOrderDocument
from meridian.site.demo.clockwork import Days
from meridian.site.demo.masters import Party
from meridian.site.demo.products import Product
from meridian.site.demo.staff import Staff
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.models import ShipmentLine

MARGIN = Decimal("1.22")
OWN_TRUCK = {"transport_mode": "own", "vehicle_plate_no": "江A·D9520", "driver_name": "何师傅"}


@dataclass
class Selling:
    """The sales side of the house. `waybills` counts what carriers took."""

    staff: Staff
    days: Days
    random: Random
    waybills: int = 0

    def order(self, customer: Party, wanted: Sequence[tuple[Product, int]], days_ago: int) -> UUID:
        """The sales person's order, in draft."""
        fields = {
            "customer": customer.id,
            "ordered_on": self.days.ago(days_ago),
            "arrives_on": self.days.ago(days_ago - 2),
        }
        lines = [
            {"item": p.item_id, "quantity": quantity, "unit_price": (p.price * MARGIN).quantize(Decimal("0.01"))}
            for p, quantity in wanted
        ]
        return self.staff.draft(Role.SALES_STAFF, SalesOrderDocument, fields, lines)

    def confirm(self, order: UUID) -> None:
        """The sales manager's confirmation."""
        self.staff.perform(Role.SALES_MANAGER, SalesOrderDocument.confirm, order)

    def allocate(self, order: UUID) -> UUID:
        """The shipment, its lots chosen first expiry first, in draft."""
        self.waybills += 1
        by_carrier = self.random.random() < 0.6
        transport = {"transport_mode": "carrier", "carrier_name": "江南迅达医药物流有限公司",
                     "waybill_no": f"XD952{self.waybills:07}"}  # fmt: skip
        fields = {"order_id": order, **(transport if by_carrier else OWN_TRUCK)}
        return self.staff.draft(Role.PICKER, ShipmentDocument, fields)

    def pick_for(self, order: UUID) -> UUID | None:
        """Allocated and in the picker's hands; None, and the draft void, when no lot is fit for this customer."""
        shipment = self.allocate(order)
        if not ShipmentLine.objects.filter(document_id=shipment).exists():
            self.staff.perform(Role.KEEPER, ShipmentDocument.void, shipment, reason="没有符合效期要求的批号")
            return None
        self.staff.perform(Role.PICKER, ShipmentDocument.pick, shipment)
        return shipment

    def close(self, order: UUID) -> None:
        """Nothing more is shipped for it."""
        self.staff.perform(Role.SALES_MANAGER, SalesOrderDocument.close, order, reason="已发货完毕")

    def review(self, shipment: UUID) -> None:
        """The reviewer, another person, checks lot by lot and signs."""
        self.staff.perform(Role.REVIEWER, ShipmentDocument.review, shipment)

    def ship(self, shipment: UUID) -> None:
        """The goods leave."""
        self.staff.perform(Role.KEEPER, ShipmentDocument.ship, shipment)
