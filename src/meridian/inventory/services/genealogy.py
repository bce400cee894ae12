"""Writing which lots came out of which."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.vocabulary import EdgeKind
from meridian.kernel.sql import array_text, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work


@dataclass(frozen=True)
class Edge:
    """So much of a parent went into a child, in base units; without a child it left as sample or scrap."""

    kind: EdgeKind
    parent_lot_id: UUID
    parent_item_id: UUID
    parent_quantity: Decimal
    child_quantity: Decimal
    child_lot_id: UUID | None = None
    child_item_id: UUID | None = None


_EDGES = """
INSERT INTO inventory_genealogy_edge (id, company_id, transaction_id, operation_id, kind, parent_lot_id, parent_item_id,
                                      parent_quantity, child_lot_id, child_item_id, child_quantity, document_type,
                                      document_id, day, at)
SELECT e.id, %(company)s, %(transaction)s, %(operation)s, e.kind, e.parent_lot_id, e.parent_item_id, e.parent_quantity,
       e.child_lot_id, e.child_item_id, e.child_quantity, %(type)s, %(document)s, %(day)s, %(at)s
FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(parents)s::uuid[], %(parent_items)s::uuid[], %(taken)s::numeric[],
            %(children)s::uuid[], %(child_items)s::uuid[], %(given)s::numeric[])
  AS e(id, kind, parent_lot_id, parent_item_id, parent_quantity, child_lot_id, child_item_id, child_quantity)
"""


def post_edges(work: Work[Any, Any], *, edges: Sequence[Edge]) -> None:
    """Writes the edges of one operation, append-only; one statement.

    The database refuses (IntegrityError) an edge of one item whose quantities differ, one from a lot to itself, and one
    without a child that is neither sample nor scrap.
    """
    run(_EDGES, {
        "company": work.document.company_id, "transaction": work.transaction_id, "operation": uuid7(),
        "type": work.document_type, "document": work.document.pk, "day": work.moment.site_day,
        "at": work.moment.instant,
        "ids": array_text([uuid7() for _edge in edges]),
        "kinds": [edge.kind.value for edge in edges],
        "parents": array_text([edge.parent_lot_id for edge in edges]),
        "parent_items": array_text([edge.parent_item_id for edge in edges]),
        "taken": array_text([edge.parent_quantity for edge in edges]),
        "children": array_text([edge.child_lot_id for edge in edges]),
        "child_items": array_text([edge.child_item_id for edge in edges]),
        "given": array_text([edge.child_quantity for edge in edges]),
    })  # fmt: skip
