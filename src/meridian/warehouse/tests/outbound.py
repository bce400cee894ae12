"""A company with goods, a customer and an order, for tests of what leaves the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.models import Lot, StockBalance
from meridian.inventory.services import Move, NewLot, ensure_lots, post_movements
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.items.tests.factories import approved_item
from meridian.kernel.declare import DocumentType, Retention, Screen, Series, Transition
from meridian.kernel.models import RefusalRecord
from meridian.kernel.work import Work
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.tests.factories import approved_customer
from meridian.warehouse.documents import ShipmentDocument, StockAdjustmentDocument
from meridian.warehouse.models import Shipment, ShipmentLine, StockAdjustment
from meridian.warehouse.queries.stock_adjustment import AdjustmentFacts, load_stock_adjustments
from meridian.warehouse.vocabulary import StockAdjustmentState

ROLES = (
    Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER,
    Role.KEEPER, Role.WAREHOUSE_MANAGER,
)  # fmt: skip


OWN_TRUCK = {"transport_mode": "own", "vehicle_plate_no": "苏A·D9520", "driver_name": "司机甲"}


@dataclass(frozen=True)
class LotIn:
    """A lot found in the house at the start of a test."""

    lot_no: str
    quantity: str
    expires_on: date | None
    status: StockStatus = StockStatus.QUALIFIED
    manufactured_on: date | None = date(2025, 1, 1)
    unit_cost: str = "10"


@dataclass
class _Arrival:
    item_id: UUID
    place_id: UUID
    lots: Sequence[LotIn]
    made: dict[str, UUID] = field(default_factory=dict)


_ARRIVALS: list[_Arrival] = []


def _arrive(work: Work[Any, Any]) -> None:
    arrival = _ARRIVALS.pop()
    lines = {lot.lot_no: UUID(int=position) for position, lot in enumerate(arrival.lots)}
    ids = ensure_lots(work, lots=[
        NewLot(lines[lot.lot_no], arrival.item_id, "江南示范医疗科技有限公司", lot.lot_no,
               manufactured_on=lot.manufactured_on, expires_on=lot.expires_on)
        for lot in arrival.lots
    ])  # fmt: skip
    post_movements(work, summary="期初", moves=[
        Move(MovementType.ADJUST_IN, arrival.item_id, ids[lines[lot.lot_no]], Decimal(lot.quantity), "box",
             to_place_id=arrival.place_id, to_status=lot.status, unit_cost=Decimal(lot.unit_cost))
        for lot in arrival.lots
    ])  # fmt: skip
    arrival.made.update({lot.lot_no: ids[lines[lot.lot_no]] for lot in arrival.lots})


class ArrivalForTests(DocumentType[StockAdjustment, AdjustmentFacts]):
    """Puts lots on the shelf the way any document would: through the engine and the posting service."""

    code = "stock_adjustment"
    module = "warehouse"
    slug = "arrivals"
    label = "期初"
    model = StockAdjustment
    load = staticmethod(load_stock_adjustments)
    states = StockAdjustmentState
    initial = StockAdjustmentState.DRAFT
    number = Series("QC-{seq:04}")
    drafted_by = (Role.KEEPER,)
    screen = Screen(columns=(StockAdjustment.number,), facts=())
    retention = Retention("R1")

    post = Transition[StockAdjustment, AdjustmentFacts](
        label="入库",
        source=(StockAdjustmentState.DRAFT,),
        target=StockAdjustmentState.POSTED,
        allowed_to=(Role.KEEPER,),
        effect=_arrive,
    )


@dataclass(frozen=True)
class House:
    """One company with an approved item, a customer and whatever lots the test put on the shelf."""

    company: CompanyForTests
    item: UUID
    customer: UUID
    lots: dict[str, UUID] = field(default_factory=dict)

    @property
    def shelf(self) -> UUID:
        """The qualified zone."""
        return self.company.set_up.places[ZoneKind.QUALIFIED]

    def stock(self, *lots: LotIn, item: UUID | None = None) -> None:
        """Puts lots on the shelf."""
        arrival = _Arrival(item or self.item, self.shelf, lots)
        _ARRIVALS.append(arrival)
        made = self.company.draft(StockAdjustmentDocument, {"cause": "internal_use", "note": "期初"}, role=Role.KEEPER)
        self.company.perform(ArrivalForTests.post, made.document_id, role=Role.KEEPER)
        self.lots.update(arrival.made)

    def adjustment(self, cause: str, *lines: tuple[str, str], status: str = "qualified") -> UUID:
        """A stock adjustment in draft; lines are lot and quantity."""
        rows = [{"lot": self.lots[lot], "place": self.shelf, "stock_status": status, "quantity": quantity}
                for lot, quantity in lines]  # fmt: skip
        return self.company.draft(StockAdjustmentDocument, {"cause": cause}, rows, role=Role.KEEPER).document_id

    def shipment(self, order: UUID, *lines: tuple[str, str], **fields: Any) -> UUID:
        """A shipment in draft: allocated where no lines (lot, quantity) are given."""
        rows = [{"lot": self.lots[lot], "place": self.shelf, "quantity": quantity} for lot, quantity in lines]
        made = self.company.draft(
            ShipmentDocument, {"order_id": order, **OWN_TRUCK, **fields}, rows or None, role=Role.PICKER
        )
        return made.document_id

    def lines_of(self, shipment: UUID) -> list[tuple[str, str, str]]:
        """Lot, quantity and note of each line, in order."""
        with self.company.scope():
            rows = ShipmentLine.objects.filter(document_id=shipment).select_related("lot").order_by("line_no")
            return [(row.lot.lot_no, f"{row.quantity.normalize():f}", row.allocation_note) for row in rows]

    def find(self, shipment: UUID, defect: str, *lots: str, note: str = "") -> None:
        """The reviewer writes what is wrong with these lots of a picked shipment, or with all of it."""
        with self.company.scope():
            rows = list(ShipmentLine.objects.filter(document_id=shipment).order_by("line_no"))
        lines = [
            {"id": row.pk} | ({"review_defect": defect, "review_note": note} if not lots or row.lot_no in lots else {})
            for row in rows
        ]
        self.company.draft(ShipmentDocument, {}, lines, role=Role.REVIEWER, document_id=shipment)

    def to_shipped(self, shipment: UUID) -> None:
        """Picked, reviewed and shipped by three persons."""
        self.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
        self.company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)
        self.company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)

    def on_hand(self, lot: str) -> Decimal:
        """What lies in the house of a lot, wherever and in whatever status."""
        with self.company.scope():
            return sum(
                StockBalance.objects.filter(lot_id=self.lots[lot]).values_list("quantity", flat=True), Decimal(0)
            )

    def state_of(self, shipment: UUID) -> str:
        """The state of a shipment."""
        with self.company.scope():
            return Shipment.objects.get(pk=shipment).state

    def refusals(self, document: UUID) -> list[str]:
        """Codes of the recorded refusals of a document."""
        with self.company.scope():
            rows = RefusalRecord.objects.filter(document_id=document).order_by("id")
            return list(rows.values_list("code", flat=True))

    def lot(self, lot: str) -> Lot:
        """A lot's row."""
        with self.company.scope():
            return Lot.objects.get(pk=self.lots[lot])


def new_house(
    *lots: LotIn,
    customer: Mapping[str, Any] | None = None,
    item: Mapping[str, Any] | None = None,
    roles: Sequence[Role] = ROLES,
) -> House:
    """A house with these lots of one item."""
    company = new_company(roles)
    house = House(company, approved_item(company, **(item or {})), approved_customer(company, **(customer or {})))
    if lots:
        house.stock(*lots)
    return house
