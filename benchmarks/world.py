"""The company of a run: set up through the product's two doors, then multiplied; and the acts the workloads are of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from benchmarks.dataset import ITEM, Multiplier, Scale, Templates, build, fingerprint, key_of
from benchmarks.lean import TABLES, Lean
from meridian.evidence.seal import seal_with
from meridian.inventory.jobs import keep_all_month_ends
from meridian.inventory.models import StockMovement
from meridian.kernel.models import User
from meridian.ledger.models import Voucher, VoucherLine
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.tests.factories import approved_supplier
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.tests.inbound import NOTE_AGREES
from meridian.sales.documents import SalesOrderDocument
from meridian.sales.tests.factories import today
from meridian.site.postgres import Urls
from meridian.warehouse.documents import GoodsReceiptDocument, ShipmentDocument, StockAdjustmentDocument
from meridian.warehouse.models import GoodsReceiptLine
from meridian.warehouse.tests.outbound import OWN_TRUCK, ROLES, House, LotIn, new_house

MORE_ROLES = (Role.BUYER, Role.PURCHASING_MANAGER, Role.RECEIVER)
PLENTY = "900000"
PRICE = Decimal("12.5")


@dataclass
class World:
    """One company with its data set, and the limit's tables beside it."""

    house: House
    supplier: UUID
    scale: Scale
    urls: Urls
    lean: Lean
    sizes: Mapping[str, int]
    serial: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def company(self) -> CompanyForTests:
        return self.house.company

    @property
    def day(self) -> date:
        """Today at the company's site."""
        return today(self.house)

    def username(self, role: Role) -> str:
        """The sign-in name of a post's holder."""
        name: str = User.objects.get(pk=self.company.actors[role].user_id).username
        return name

    def items(self, number: int, first: int = 0) -> list[UUID]:
        """So many items, from the first of the data set on, over again where there are fewer."""
        return [key_of(ITEM, 1 + (first + n) % self.scale.items) for n in range(number)]

    def purchase_order(self, items: Sequence[UUID]) -> UUID:
        """A released order of plenty of each item, one line an item."""
        header = {"supplier": self.supplier, "ordered_on": self.day, "promised_on": self.day + timedelta(days=30)}
        lines = [{"item": item, "quantity": PLENTY, "unit_price": PRICE} for item in dict.fromkeys(items)]
        made = self.company.draft(PurchaseOrderDocument, header, lines, role=Role.BUYER)
        self.company.perform(PurchaseOrderDocument.release, made.document_id, role=Role.PURCHASING_MANAGER)
        return made.document_id

    def sales_order(self, items: Sequence[UUID], quantity: Decimal) -> UUID:
        """A confirmed order, one line for each item named."""
        header = {"customer": self.house.customer, "ordered_on": self.day, "arrives_on": self.day + timedelta(days=1)}
        lines = [{"item": item, "quantity": quantity, "unit_price": "115"} for item in items]
        made = self.company.draft(SalesOrderDocument, header, lines, role=Role.SALES_STAFF)
        self.company.perform(SalesOrderDocument.confirm, made.document_id, role=Role.SALES_MANAGER)
        return made.document_id

    def receipt_lines(self, items: Sequence[UUID]) -> list[dict[str, Any]]:
        """Lines of a receipt, each a lot nobody has seen."""
        return [
            {"item": item, "quantity": "3", "lot_no": f"N{next(self.serial):09d}",
             "manufactured_on": self.day - timedelta(days=30), "expires_on": self.day + timedelta(days=700)}
            for item in items
        ]  # fmt: skip

    def receive(self, order: UUID, lines: Sequence[Mapping[str, Any]]) -> UUID:
        """Drafts and posts a receipt."""
        header = {"order_id": order, "delivery_note_number": "SHTX-1", **NOTE_AGREES,
                  "place": self.company.set_up.places[ZoneKind.PENDING]}  # fmt: skip
        receipt = self.company.draft(GoodsReceiptDocument, header, lines, role=Role.RECEIVER).document_id
        self.company.perform(GoodsReceiptDocument.receive, receipt, role=Role.RECEIVER)
        return receipt

    def picked(self, order: UUID) -> UUID:
        """Drafts a shipment, which allocates first expiry first, and picks it."""
        shipment = self.company.draft(ShipmentDocument, {"order_id": order, **OWN_TRUCK}, role=Role.PICKER).document_id
        self.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
        return shipment

    def review(self, shipment: UUID) -> None:
        """Another person signs the review with a password."""
        self.company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)

    def ship(self, shipment: UUID) -> None:
        """The goods leave."""
        self.company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)

    def issue(self, lot: UUID) -> UUID:
        """Drafts and posts an issue of one unit of a lot."""
        lines = [{"lot": lot, "place": self.house.shelf, "stock_status": "qualified", "quantity": "1"}]
        made = self.company.draft(StockAdjustmentDocument, {"cause": "internal_use"}, lines, role=Role.KEEPER)
        self.company.perform(StockAdjustmentDocument.post, made.document_id, role=Role.KEEPER, reason="领用")
        return made.document_id


def make_world(scale: Scale, urls: Urls, store: Any) -> World:
    """Sets the company up, multiplies it, keeps its month ends and builds the limit's tables."""
    roles = tuple(dict.fromkeys((*ROLES, *MORE_ROLES)))
    house = new_house(LotIn("W0", "1000", date(2099, 1, 1)), roles=roles)
    supplier = approved_supplier(house.company)
    world = World(house, supplier, scale, urls, lean_of(urls, house), {})
    issue = world.issue(house.lots["W0"])
    order = world.purchase_order([house.item])
    receipt = world.receive(order, world.receipt_lines([house.item]))
    seal_with(urls.seal, store)  # what the templates' labels name is sealed before there are a million copies
    rows = Multiplier(urls.superuser)
    build(scale, _templates(world, issue, receipt), rows)
    rows.run("ANALYZE", {})
    keep_all_month_ends()
    world.sizes = fingerprint(house.company.company_id, rows)
    with psycopg.connect(urls.superuser, autocommit=True) as admin:
        admin.execute(TABLES.encode())
        admin.execute("GRANT ALL ON SCHEMA lean TO meridian_owner")
        admin.execute("GRANT ALL ON ALL TABLES IN SCHEMA lean TO meridian_owner")
    rows.finish()
    connection.close()
    return world


def lean_of(urls: Urls, house: House) -> Lean:
    """A connection of the limit's own."""
    return Lean(urls.owner, house.customer, house.shelf, today(house))


def _templates(world: World, issue: UUID, receipt: UUID) -> Templates:
    with world.company.scope():
        lot = world.house.lots["W0"]
        move_in = StockMovement.objects.get(lot_id=lot, movement="adjust_in")
        move_out = StockMovement.objects.get(lot_id=lot, document_id=issue)
        voucher = Voucher.objects.get(source_id=issue)
        line = VoucherLine.objects.filter(voucher_id=voucher.pk, debit__gt=0).get()
        return Templates(
            company=world.company.company_id,
            item=world.house.item,
            lot=lot,
            shelf=world.house.shelf,
            receipt=receipt,
            receipt_line=GoodsReceiptLine.objects.get(document_id=receipt).pk,
            move_in=move_in.pk,
            move_out=move_out.pk,
            voucher=voucher.pk,
            voucher_line=line.pk,
            contra=line.account_code,
        )
