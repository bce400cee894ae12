"""Reads of the stock book: lots and what binds them, stock and what is free of it, expectations, allocation."""

from meridian.inventory.queries.allocation import Allocation, Demand, allocate
from meridian.inventory.queries.expectations import ExpectedRow, expected_of_document, expected_rows
from meridian.inventory.queries.fefo import EarlierLot, earlier_lots
from meridian.inventory.queries.lots import (
    LotFacts,
    LotIdentity,
    OpenBlock,
    lot_facts,
    lots_by_identity,
    maker_key,
)
from meridian.inventory.queries.screens import (
    StockFilter,
    StockOnDay,
    StockPosition,
    StockRow,
    StockTotals,
    issued_value,
    stock_as_of,
    stock_rows,
    stock_totals,
    stock_value,
)
from meridian.inventory.queries.since import StockSince, stock_since
from meridian.inventory.queries.stock import StockLineFacts, StockRequest, held_quantities, stock_lines

__all__ = [
    "Allocation",
    "Demand",
    "EarlierLot",
    "ExpectedRow",
    "LotFacts",
    "LotIdentity",
    "OpenBlock",
    "StockFilter",
    "StockLineFacts",
    "StockOnDay",
    "StockPosition",
    "StockRequest",
    "StockRow",
    "StockSince",
    "StockTotals",
    "allocate",
    "earlier_lots",
    "expected_of_document",
    "expected_rows",
    "held_quantities",
    "issued_value",
    "lot_facts",
    "lots_by_identity",
    "maker_key",
    "stock_as_of",
    "stock_lines",
    "stock_rows",
    "stock_since",
    "stock_totals",
    "stock_value",
]
