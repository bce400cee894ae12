"""The goods of W14: one received lot through two work orders, a repack and a rework to three customers.

Posted through the stock book's own services, each step by a document of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.services import Edge, Move, NewLot, ensure_lots, post_edges, post_movements
from meridian.inventory.tests.stock_case import Warehouse
from meridian.inventory.vocabulary import EdgeKind, MovementType, StockStatus
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work

M, S = MovementType, StockStatus
SUPPLIER = "宁波海曙医用高分子"
CUSTOMERS = {"A": "甲市人民医院", "B": "乙县中医院", "C": "丙区妇幼保健院"}
ITEM_OF = {"R1": "硅橡胶管", "F1": "引流导管", "F2": "引流导管", "F1R": "引流导管", "K1": "引流导管包"}


@dataclass
class RepackStory:
    """Lots by their name in the story, customers by their letter, documents by what they did."""

    warehouse: Warehouse
    lots: dict[str, UUID] = field(default_factory=dict)
    parties: dict[str, UUID] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def tell(self) -> "RepackStory":
        """Everything that happened, in order."""
        for name, item in ITEM_OF.items():
            new = NewLot(uuid7(), self.warehouse.item(item), "宁波海曙" if name == "R1" else "江南仁和", name)
            self.warehouse.run(self._making(name, new))
        self.parties = {letter: uuid7() for letter in CUSTOMERS}
        party = {"party_id": uuid7(), "party_name": SUPPLIER}
        self._do("receipt", [self._in(M.RECEIVE, "R1", 1000, S.PENDING_INSPECTION, unit_cost=Decimal(2), **party)])
        self._do("acceptance", [self._within(M.ACCEPT, "R1", 1000, S.PENDING_INSPECTION, S.QUALIFIED)])
        self._make("WO1", EdgeKind.CONSUME, "R1", 600, "F1", 300)
        self._make("WO2", EdgeKind.CONSUME, "R1", 300, "F2", 150)
        self._do("scrap", [self._out(M.SCRAP, "R1", 80)])
        self._make("repack", EdgeKind.REPACK, "F1", 100, "K1", 100)
        self._make("rework", EdgeKind.REWORK, "F1", 48, "F1R", 48, lost=2)
        for name, letter, quantity in (("F1", "A", 120), ("K1", "B", 60), ("F2", "C", 150)):
            self._do(f"shipment to {letter}", [self._out(M.SHIP, name, quantity, **self._to(letter))])
        self._do("return", [self._in(M.RETURN_FROM_CUSTOMER, "F2", 10, S.RETURNED_PENDING, **self._to("C"))])
        self._do("hold", [self._within(M.HOLD, "F1R", 12, S.QUALIFIED, S.QUALITY_HOLD)])
        return self

    def _making(self, name: str, new: NewLot) -> Callable[[Work[Any, Any]], None]:
        def make(work: Work[Any, Any]) -> None:
            self.lots[name] = ensure_lots(work, lots=[new])[new.line_id]

        return make

    def _do(self, name: str, moves: list[Move], edges: list[Edge] | None = None) -> None:
        def effect(work: Work[Any, Any]) -> None:
            post_movements(work, moves=moves, summary=name)
            if edges:
                post_edges(work, edges=edges)

        self.numbers[name] = self.warehouse.run(effect).number

    def _make(
        self, name: str, kind: EdgeKind, parent: str, taken: int, child: str, made: int, *, lost: int = 0
    ) -> None:
        """So much of a parent into a child, and what was lost on the way."""
        source, product = self.warehouse.item(ITEM_OF[parent]), self.warehouse.item(ITEM_OF[child])
        moves = [self._out(M.CONSUME, parent, taken + lost), self._in(M.PRODUCE, child, made, S.QUALIFIED)]
        edges = [Edge(kind, self.lots[parent], source, Decimal(taken), Decimal(made), self.lots[child], product)]
        if lost:
            edges.append(Edge(EdgeKind.SCRAP, self.lots[parent], source, Decimal(lost), Decimal(lost)))
        self._do(name, moves, edges)

    def _to(self, letter: str) -> dict[str, Any]:
        return {"party_id": self.parties[letter], "party_name": CUSTOMERS[letter]}

    def _move(self, movement: MovementType, name: str, quantity: int, **ends: Any) -> Move:
        item = self.warehouse.item(ITEM_OF[name])
        return Move(movement, item, self.lots[name], Decimal(quantity), "box", **ends)

    def _in(self, movement: MovementType, name: str, quantity: int, status: StockStatus, **more: Any) -> Move:
        return self._move(movement, name, quantity, to_place_id=self.warehouse.place, to_status=status, **more)

    def _out(self, movement: MovementType, name: str, quantity: int, **more: Any) -> Move:
        return self._move(movement, name, quantity, from_place_id=self.warehouse.place, from_status=S.QUALIFIED, **more)

    def _within(
        self, movement: MovementType, name: str, quantity: int, source: StockStatus, target: StockStatus
    ) -> Move:
        place = self.warehouse.place
        return self._move(movement, name, quantity, from_place_id=place, from_status=source, to_place_id=place,
                          to_status=target)  # fmt: skip
