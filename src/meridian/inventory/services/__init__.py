"""What other modules ask of the stock book, inside the effect of a transition. Nothing here refuses: gates did.

Within one transition, rows are locked in a fixed order: documents, masters and lots, expectations, stock rows, costs,
account balances, and the counters last of all.
"""

from meridian.inventory.services.binding import block_lot, lift_blocks
from meridian.inventory.services.expecting import (
    Expected,
    Reserved,
    expect,
    release_reservations,
    reserve,
    stop_expecting,
)
from meridian.inventory.services.genealogy import Edge, post_edges
from meridian.inventory.services.lots import NewLot, ensure_lots
from meridian.inventory.services.month_ends import keep_month_ends
from meridian.inventory.services.posting import Move, post_movements

__all__ = [
    "Edge",
    "Expected",
    "Move",
    "NewLot",
    "Reserved",
    "block_lot",
    "ensure_lots",
    "expect",
    "keep_month_ends",
    "lift_blocks",
    "post_edges",
    "post_movements",
    "release_reservations",
    "reserve",
    "stop_expecting",
]
