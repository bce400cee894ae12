"""What lines about lots repeat of the files of their lots and items."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from meridian.inventory.queries import LotFacts, lot_facts
from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.warehouse.queries.delivery_note import words_of


def write_words(lines: Sequence[dict[str, Any]]) -> tuple[Mapping[UUID, LotFacts], Mapping[UUID, ItemVerdict]]:
    """Gives every line the item of its `lot_id` and the words of both files as they stand now; the lots and items."""
    lots = lot_facts([line["lot_id"] for line in lines], frozenset())
    items = item_verdicts([lot.item_id for lot in lots.values()], frozenset())
    for line in lines:
        lot = lots[line["lot_id"]]
        line["item_id"] = lot.item_id
        line.update(words_of(items[lot.item_id], lot))
    return lots, items
