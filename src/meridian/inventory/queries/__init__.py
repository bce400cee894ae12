"""Reads of the stock book: lots and what binds them, stock and what is free of it, expectations, allocation."""

from meridian.inventory.queries.allocation import Allocation, Demand, allocate
from meridian.inventory.queries.expectations import ExpectedRow, expected_rows
from meridian.inventory.queries.fefo import EarlierLot, earlier_lots
from meridian.inventory.queries.lots import (
    LotFacts,
    LotIdentity,
    OpenBlock,
    lot_facts,
    lots_by_identity,
    maker_key,
)
from meridian.inventory.queries.stock import StockLineFacts, StockRequest, stock_lines

__all__ = [
    "Allocation",
    "Demand",
    "EarlierLot",
    "ExpectedRow",
    "LotFacts",
    "LotIdentity",
    "OpenBlock",
    "StockLineFacts",
    "StockRequest",
    "allocate",
    "earlier_lots",
    "expected_rows",
    "lot_facts",
    "lots_by_identity",
    "maker_key",
    "stock_lines",
]
