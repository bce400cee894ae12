"""Six months of trade: a round a week, each left finished; the last one left as work for everyone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from meridian.site.demo.buying import Buying, Delivery
from meridian.site.demo.clockwork import Days
from meridian.site.demo.masters import Party
from meridian.site.demo.products import Product
from meridian.site.demo.selling import Selling
from meridian.site.demo.shelves import Shelving
from meridian.site.demo.staff import Staff

SEED = 952
DELIVERIES_A_WEEK = 4
ORDERS_A_WEEK = 8
THROUGH_DEALERS = 0.25
"""The share of orders that go to a dealer and not to the maker."""
LINES_BOUGHT = (6, 8)
LINES_SOLD = (3, 5)
OPEN_DAYS = 13
"""Orders of the last round are left open, and the last goods off their shelves."""
VALUE_OF_A_LINE = (4_000, 16_000)
"""Yuan."""


@dataclass
class House:
    """Who trades with whom, and what is free to sell by item."""

    staff: Staff
    days: Days
    products: Sequence[Product]
    suppliers: Mapping[str, Party]
    customers: Sequence[Party]
    random: Random = field(default_factory=lambda: Random(SEED))
    free: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.buying = Buying(self.staff, self.days, self.random)
        self.selling = Selling(self.staff, self.days, self.random)
        self.shelving = Shelving(self.staff)
        self.of_maker: dict[str, list[Product]] = defaultdict(list)
        for product in self.products:
            self.of_maker[product.family.maker].append(product)
        self.makers = sorted(self.of_maker)
        self.dealers = [each for code, each in sorted(self.suppliers.items())
                        if code not in self.of_maker and each.state in ("approved", "expiring")]  # fmt: skip

    def week(self, begins: int) -> None:
        """One finished round that begins so many days ago and takes six days."""
        self.days.go_to(begins, "09:30")
        deliveries = [self.ordered(begins) for _each in range(DELIVERIES_A_WEEK)]
        self.days.go_to(begins, "14:00")
        for delivery in deliveries:
            self.buying.release(delivery)
        self.days.go_to(begins - 2, "10:00")
        inspections = [self.buying.receive(self.buying.arrive(delivery, begins - 2)) for delivery in deliveries]
        self.days.go_to(begins - 2, "15:00")
        for number, inspection in enumerate(inspections):
            self.buying.inspect(inspection, damaged=2 if number == 0 and begins % 3 == 0 else 0)
        self.days.go_to(begins - 3, "09:00")
        for delivery, inspection in zip(deliveries, inspections, strict=True):
            self.buying.accept(inspection)
            self.stock(delivery)
        self.days.go_to(begins - 3, "11:00")
        putaways = [self.shelving.draft(inspection) for inspection in inspections]
        for putaway in putaways if begins > OPEN_DAYS else putaways[:-1]:
            self.shelving.finish(putaway)
        self.days.go_to(begins - 4, "10:00")
        orders = [order for order in (self.sold(begins - 4) for _each in range(ORDERS_A_WEEK)) if order]
        self.days.go_to(begins - 4, "14:00")
        for order in orders:
            self.selling.confirm(order)
        self.days.go_to(begins - 5, "08:30")
        shipments = [shipment for shipment in map(self.selling.pick_for, orders) if shipment]
        for step in (self.selling.review, self.selling.ship):
            for shipment in shipments:
                step(shipment)
        if begins > OPEN_DAYS:
            for delivery in deliveries:
                self.buying.close(delivery)
            for order in orders:
                self.selling.close(order)

    def ordered(self, days_ago: int) -> Delivery:
        """An order at the maker whose turn it is."""
        maker = self.makers[self.random.randrange(len(self.makers))]
        supplier = self.suppliers[maker]
        if self.random.random() < THROUGH_DEALERS:
            supplier = self.random.choice(self.dealers)
        if supplier.state == "expired" and days_ago < 40:
            supplier = self.suppliers["D1"]
        offered = self.of_maker[maker]
        chosen = self.random.sample(offered, min(len(offered), self.random.randint(*LINES_BOUGHT)))
        return self.buying.order(supplier, [(product, self._bought(product)) for product in chosen], days_ago)

    def _bought(self, product: Product) -> int:
        if product.family.is_serial:
            return self.random.randint(2, 4)
        packs = round(self.random.randint(*VALUE_OF_A_LINE) / float(product.price) / product.family.inner)
        return max(packs, 2) * product.family.inner

    def stock(self, delivery: Delivery) -> None:
        """What was delivered may be sold, but for a reserve that covers damage and short lives."""
        for product, quantity in delivery.wanted:
            self.free[product.item_id] += quantity * 3 // 4

    def sold(self, days_ago: int) -> UUID | None:
        """An order of a customer for what is there and within its scope; None when there is nothing for it."""
        customer = self.random.choice([each for each in self.customers if self._may_buy(each, days_ago)])
        fitting = [p for p in self.products if self.free[p.item_id] > 0 and _covers(customer, p)]
        if not fitting:
            return None
        chosen = self.random.sample(fitting, min(len(fitting), self.random.randint(*LINES_SOLD)))
        wanted = []
        for product in chosen:
            quantity = max(1, self.free[product.item_id] // self.random.randint(2, 4))
            self.free[product.item_id] -= quantity
            wanted.append((product, quantity))
        return self.selling.order(customer, wanted, days_ago)

    def _may_buy(self, customer: Party, days_ago: int) -> bool:
        return customer.state in ("approved", "expiring") or (customer.state != "draft" and days_ago > 30)


def _covers(customer: Party, product: Product) -> bool:
    return not customer.scope or product.family.class_code[:2] in customer.scope
