"""Rows of the stock book written as they are, for tests of reads over shapes no document makes yet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.matrix import MATRIX
from meridian.inventory.models import GenealogyEdge, Lot, LotBlock, StockBalance, StockMovement
from meridian.inventory.vocabulary import BlockKind, EdgeKind, MovementType, StockStatus
from meridian.kernel.act import open_act
from meridian.kernel.values.identity import uuid7
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import ZoneKind

DAY = date(2026, 8, 3)


@dataclass
class BookRows:
    """Movements, balances and edges of one company, collected and then written in one act by `written`."""

    company: CompanyForTests
    lots: list[Lot] = field(default_factory=list)
    blocks: list[LotBlock] = field(default_factory=list)
    movements: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    balances: dict[tuple[UUID, UUID, str], Decimal] = field(default_factory=dict)
    items: dict[UUID, UUID] = field(default_factory=dict)

    def lot(self, item_id: UUID, lot_no: str, **columns: Any) -> UUID:
        """A lot of an item."""
        row = Lot(company_id=self.company.company_id, item_id=item_id, lot_no=lot_no, first_document_type="test",
                  first_document_id=uuid7(), **columns)  # fmt: skip
        self.lots.append(row)
        self.items[row.pk] = item_id
        return row.pk

    def move(
        self,
        movement: MovementType,
        lot_id: UUID,
        quantity: int | str,
        *,
        status: StockStatus = StockStatus.QUALIFIED,
        to_status: StockStatus | None = None,
        place: ZoneKind = ZoneKind.QUALIFIED,
        party: tuple[UUID, str] | None = None,
        document: tuple[str, UUID, str] | None = None,
        day: date = DAY,
    ) -> None:
        """A movement of `quantity` across the boundary, or from one status to another at the same place."""
        rule, place_id, amount = MATRIX[movement], self.company.set_up.places[place], Decimal(quantity)
        row: dict[str, Any] = {"movement": movement, "lot_id": lot_id, "item_id": self.items[lot_id],
                               "quantity": amount, "day": day}  # fmt: skip
        row["document_type"], row["document_id"], row["document_number"] = document or ("test", uuid7(), "T-1")
        row["party_id"], row["party_name"] = party or (None, "")
        if rule.origin is None:
            row |= {"from_place_id": place_id, "from_status": status}
            self._add(lot_id, place_id, status, -amount)
        else:
            row["from_virtual"] = rule.origin
        if rule.target is None:
            row |= {"to_place_id": place_id, "to_status": to_status or status}
            self._add(lot_id, place_id, to_status or status, amount)
        else:
            row["to_virtual"] = rule.target
        self.movements.append(row)

    def _add(self, lot_id: UUID, place_id: UUID, status: str, quantity: Decimal) -> None:
        key = (lot_id, place_id, str(status))
        self.balances[key] = self.balances.get(key, Decimal(0)) + quantity

    def edge(
        self,
        kind: EdgeKind,
        parent: UUID,
        parent_quantity: int,
        child: UUID | None = None,
        child_quantity: int | None = None,
        *,
        document: UUID | None = None,
    ) -> None:
        """So much of a parent into a child; without a child it was lost."""
        self.edges.append({
            "kind": kind, "parent_lot_id": parent, "parent_item_id": self.items[parent],
            "parent_quantity": Decimal(parent_quantity), "child_lot_id": child,
            "child_item_id": self.items[child] if child is not None else None,
            "child_quantity": Decimal(child_quantity or parent_quantity), "document_type": "test",
            "document_id": document or uuid7(), "operation_id": uuid7(), "day": DAY,
        })  # fmt: skip

    def block(self, lot_id: UUID, kind: BlockKind, reason: str, at: datetime) -> None:
        """An open block."""
        self.blocks.append(LotBlock(
            company_id=self.company.company_id, lot_id=lot_id, kind=kind, reason=reason, document_type="test",
            document_id=uuid7(), blocked_at=at, blocked_by_id=uuid7(), blocked_by_name="质管员甲",
        ))  # fmt: skip

    def write(self) -> None:
        """Everything collected, in one act."""
        with open_act(self.company.set_up.system) as act:
            company_id, common = self.company.company_id, {"transaction_id": act.transaction_id, "at": act.instant}
            Lot.objects.bulk_create(self.lots)
            LotBlock.objects.bulk_create(self.blocks)
            StockMovement.objects.bulk_create(
                StockMovement(company_id=company_id, posting_id=uuid7(), transition_id=uuid7(), unit="piece",
                              value=Decimal(0), owner_id=company_id, **row, **common)
                for row in self.movements
            )  # fmt: skip
            GenealogyEdge.objects.bulk_create(
                GenealogyEdge(company_id=company_id, **row, **common) for row in self.edges
            )
            StockBalance.objects.bulk_create(
                StockBalance(company_id=company_id, lot_id=lot_id, place_id=place_id, status=status,
                             owner_id=company_id, item_id=self.items[lot_id], quantity=quantity)
                for (lot_id, place_id, status), quantity in self.balances.items()
            )  # fmt: skip


@contextmanager
def written(company: CompanyForTests) -> Iterator[BookRows]:
    """Rows collected inside are written at the end."""
    rows = BookRows(company)
    yield rows
    rows.write()


def wide_tree(rows: BookRows, item_id: UUID, root: UUID, *, levels: int, fan: int) -> Sequence[UUID]:
    """A tree of lots below a root, each made of its parent alone and passing on one piece to each child."""
    level, made = [root], [root]
    for depth in range(levels):
        children = []
        for number, parent in enumerate(level):
            for branch in range(fan):
                child = rows.lot(item_id, f"{depth}-{number}-{branch}")
                rows.edge(EdgeKind.SPLIT, parent, 1, child)
                children.append(child)
        made += children
        level = children
    return made
