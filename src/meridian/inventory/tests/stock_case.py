"""What tests of the stock book share: a document type that moves stock, and a company with items and places.

The type lives over the table of licences; what one paper wants to take and do is said by the test, not stored.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from meridian.inventory.models import StockBalance
from meridian.inventory.queries import EarlierLot, StockLineFacts, StockRequest, earlier_lots, stock_lines
from meridian.inventory.rules import (
    first_expiry_first,
    lot_not_blocked,
    lot_not_expired,
    remaining_life_meets_customer_minimum,
    stock_status_allowed,
    stock_sufficient,
)
from meridian.inventory.services import Move, NewLot, ensure_lots, post_movements
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.items.models import Item
from meridian.kernel.act import open_act
from meridian.kernel.clock import Moment, now
from meridian.kernel.context import Actor
from meridian.kernel.declare import DocumentType, Locks, Retention, Screen, Series, Transition
from meridian.kernel.engine import Command, perform
from meridian.kernel.sql import fetch
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome, Work
from meridian.ledger.queries import closed_months
from meridian.ledger.rules import period_open
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.models import Licence, Supplier

QUALIFIED = StockStatus.QUALIFIED.value
PENDING = StockStatus.PENDING_INSPECTION.value


class State(TextChoices):
    """A stock paper's way: what it does, then what it undoes."""

    DRAFT = "draft", "草稿"
    POSTED = "posted", "已过账"
    UNDONE = "undone", "已撤销"


@dataclass(frozen=True)
class CustomerOfPaper:
    """A customer that asks for days left."""

    min_remaining_days: int = 0


@dataclass(frozen=True)
class StockPaperFacts:
    """A paper as the stock gates see it."""

    lines: tuple[StockLineFacts, ...]
    earlier_lots: Mapping[UUID, tuple[EarlierLot, ...]]
    arrives_on: date
    customer: CustomerOfPaper
    closed_months: tuple[date, ...]


@dataclass
class Script:
    """What a paper wants to take, and what its effect does."""

    requests: Sequence[StockRequest] = ()
    effect: Callable[[Work[Any, Any]], None] = lambda _work: None
    undoing: Callable[[Work[Any, Any]], None] = lambda _work: None
    arrives_on: date = date(2026, 8, 1)
    min_remaining_days: int = 0


SCRIPTS: dict[UUID, Script] = {}


def load_papers(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, StockPaperFacts]:
    """Facts of stock papers, from their scripts."""
    del company_id
    months = closed_months(locks)
    found = {}
    for key in ids:
        script = SCRIPTS.get(key, Script())
        lines = tuple(stock_lines(script.requests, locks).values()) if script.requests else ()
        fit = script.arrives_on + timedelta(days=script.min_remaining_days)
        earlier = earlier_lots(
            lines,
            documents={line.line_id: key for line in lines},
            fit_from={line.line_id: fit for line in lines},
        )
        customer = CustomerOfPaper(script.min_remaining_days)
        found[key] = StockPaperFacts(lines, earlier, script.arrives_on, customer, months)
    return found


def run_script(work: Work[Licence, StockPaperFacts]) -> None:
    """The effect: whatever the test wants done."""
    SCRIPTS[work.document.pk].effect(work)


def run_undoing(work: Work[Licence, StockPaperFacts]) -> None:
    """The effect of `undo`."""
    SCRIPTS[work.document.pk].undoing(work)


Step = Transition[Licence, StockPaperFacts]


class StockPaper(DocumentType[Licence, StockPaperFacts]):
    """A paper that moves stock."""

    code = "stock_paper"
    module = "test"
    slug = "stock-papers"
    label = "库存测试单"
    model = Licence
    load = staticmethod(load_papers)
    states = State
    initial = State.DRAFT
    number = Series("SP-{seq:04}")
    drafted_by = (Role.KEEPER,)
    editable = (Licence.kind, Licence.licence_no, Licence.valid_from)
    editable_in = (State.DRAFT,)
    screen = Screen(columns=(Licence.number,), facts=())
    retention = Retention(code="R10")

    post = Step(label="过账", source=(State.DRAFT,), target=State.POSTED, allowed_to=(Role.KEEPER,), effect=run_script)
    take = Step(
        label="出库",
        source=(State.DRAFT,),
        target=State.POSTED,
        allowed_to=(Role.KEEPER,),
        gates=(lot_not_expired, lot_not_blocked, stock_status_allowed, stock_sufficient, period_open),
        effect=run_script,
    )
    pick = Step(
        label="拣货",
        source=(State.DRAFT,),
        target=State.POSTED,
        allowed_to=(Role.KEEPER,),
        gates=(first_expiry_first, remaining_life_meets_customer_minimum),
        effect=run_script,
    )
    undo = Step(
        label="撤销", source=(State.POSTED,), target=State.UNDONE, allowed_to=(Role.KEEPER,), effect=run_undoing
    )


@dataclass
class Warehouse:
    """A company with items and two places, and the shortest way to move stock in it."""

    company: CompanyForTests
    items: dict[str, UUID] = field(default_factory=dict)

    @property
    def keeper(self) -> Actor:
        return self.company.actors[Role.KEEPER]

    @property
    def place(self) -> UUID:
        return self.company.set_up.places[ZoneKind.QUALIFIED]

    @property
    def other_place(self) -> UUID:
        return self.company.set_up.places[ZoneKind.PENDING]

    def today(self) -> date:
        """The day at the company's site."""
        return Moment.at(now(), ZoneInfo("Asia/Shanghai")).site_day

    def item(self, name: str = "注射器") -> UUID:
        """An item of this name, made when first asked for."""
        if name not in self.items:
            with open_act(self.company.set_up.system) as act:
                row = Item(
                    number=f"I-{uuid7().hex[-10:]}", state="draft", site_id=self.company.set_up.site_id,
                    created_at=act.instant, created_by_id=self.company.set_up.system.user_id, created_by_name="系统",
                    retention_class="R0", device_name=name, specification="5 mL", device_class="II",
                    class_code="14-01", base_unit="box",
                )  # fmt: skip
                row.save(force_insert=True)
            self.items[name] = row.pk
        return self.items[name]

    def paper(self, script: Script) -> UUID:
        """A draft paper that will do this."""
        set_up = self.company.set_up
        with open_act(set_up.system) as act:
            head = {"site_id": set_up.site_id, "created_at": act.instant, "created_by_id": set_up.system.user_id,
                    "created_by_name": "系统", "retention_class": "R10", "state": "draft"}  # fmt: skip
            supplier = Supplier.objects.first() or Supplier.objects.create(
                **head, number=f"S-{uuid7().hex[-10:]}", name="供货者", uscc=uuid7().hex[-18:], address="上海",
                phone="021", kind="maker",
            )  # fmt: skip
            row = Licence.objects.create(
                **head, number=f"SP-{uuid7().hex[-12:]}", supplier=supplier, kind="dealing_license",
                licence_no=uuid7().hex, valid_from=date(2026, 1, 1),
            )  # fmt: skip
        SCRIPTS[row.pk] = script
        return row.pk

    def run(self, effect: Callable[[Work[Any, Any]], None], step: Step = StockPaper.post, **script: Any) -> Outcome:
        """Moves a new paper whose effect is this."""
        paper = self.paper(Script(effect=effect, **script))
        return perform(step, Command(paper), actor=self.keeper)

    def lots(self, *lots: NewLot) -> list[UUID]:
        """These lots, made by a paper, in order."""
        made: dict[UUID, UUID] = {}
        self.run(lambda work: made.update(ensure_lots(work, lots=lots)))
        return [made[lot.line_id] for lot in lots]

    def lot(self, lot_no: str, expires_on: date | None = None, item: UUID | None = None, **more: Any) -> UUID:
        """One lot of an item."""
        new = NewLot(uuid7(), item or self.item(), "江南示范医疗科技有限公司", lot_no, expires_on=expires_on, **more)
        return self.lots(new)[0]

    def post(self, *moves: Move, step: Step = StockPaper.post, **script: Any) -> Outcome:
        """Posts these moves."""
        return self.run(lambda work: post_movements(work, moves=moves, summary="测试"), step, **script)

    def stock(
        self,
        lot_no: str,
        quantity: str | int | Decimal,
        expires_on: date | None = None,
        *,
        cost: str = "10",
        item: UUID | None = None,
        place: UUID | None = None,
    ) -> UUID:
        """A lot with this much qualified stock, received at this cost."""
        lot = self.lot(lot_no, expires_on, item)
        self.post(self.gain(lot, quantity, cost=cost, item=item, place=place))
        return lot

    def gain(
        self,
        lot: UUID,
        quantity: str | int | Decimal,
        *,
        cost: str | None = None,
        item: UUID | None = None,
        place: UUID | None = None,
        movement: MovementType = MovementType.PRODUCE,
        status: str = QUALIFIED,
    ) -> Move:
        """A move that brings qualified stock in."""
        return Move(movement, item or self.item(), lot, Decimal(quantity), "box", to_place_id=place or self.place,
                    to_status=status, unit_cost=None if cost is None else Decimal(cost))  # fmt: skip

    def loss(
        self,
        lot: UUID,
        quantity: str | int | Decimal,
        *,
        item: UUID | None = None,
        place: UUID | None = None,
        movement: MovementType = MovementType.SHIP,
        status: str = QUALIFIED,
    ) -> Move:
        """A move that takes stock out."""
        return Move(movement, item or self.item(), lot, Decimal(quantity), "box", from_place_id=place or self.place,
                    from_status=status)  # fmt: skip

    def request(
        self,
        lot: UUID,
        quantity: str | int | Decimal,
        movement: MovementType = MovementType.SHIP,
        *,
        status: str = QUALIFIED,
        document_id: UUID | None = None,
        item: UUID | None = None,
    ) -> StockRequest:
        """A line that wants to take this."""
        return StockRequest(uuid7(), item or self.item(), lot, self.place, status, Decimal(quantity), movement,
                            document_id or uuid7())  # fmt: skip

    def on_hand(self, lot: UUID, place: UUID | None = None, status: str = QUALIFIED) -> Decimal:
        """What lies there."""
        with self.company.scope():
            row = StockBalance.objects.filter(lot_id=lot, place_id=place or self.place, status=status).first()
        return row.quantity if row else Decimal(0)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement with the parameter `c` for the company answers."""
        return fetch(statement, {"c": self.company.company_id})


def new_warehouse(*roles: Role) -> Warehouse:
    """A company of its own."""
    return Warehouse(new_company((Role.KEEPER, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD, *roles)))
