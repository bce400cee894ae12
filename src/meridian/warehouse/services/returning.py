"""What drafting and sending a return to a supplier does."""

from typing import Any

from meridian.inventory.services import Move, post_movements
from meridian.inventory.vocabulary import MovementType
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.work import Work
from meridian.parties.queries import supplier_verdicts
from meridian.warehouse.models import SupplierReturn, SupplierReturnLine
from meridian.warehouse.queries.supplier_return import SupplierReturnFacts
from meridian.warehouse.services.keeping import anchors_of_goods
from meridian.warehouse.services.standing import put_to_warehouse
from meridian.warehouse.services.wording import write_words


def prepare_supplier_return(draft: Draft) -> None:
    """Completes a draft: the supplier's name, and for each line the item and the words of the lot's file."""
    supplier: Any = draft.header.get("supplier_id", getattr(draft.document, "supplier_id", None))
    if supplier is not None:
        draft.header["supplier_name"] = supplier_verdicts([supplier], frozenset())[supplier].name
    lines = [line for line in draft.lines or () if "lot_id" in line]
    write_words(lines)
    put_to_warehouse(draft, SupplierReturnLine)


def send_back(work: Work[SupplierReturn, SupplierReturnFacts]) -> None:
    """The goods leave; what the supplier is owed without an invoice falls by their value."""
    facts = work.facts
    moves = [
        Move(
            movement=MovementType.RETURN_TO_SUPPLIER,
            item_id=line.item.id,
            lot_id=line.lot.id,
            quantity=line.quantity,
            unit=line.item.base_unit,
            from_place_id=line.place_id,
            from_status=line.status,
            line_id=line.line_id,
            party_id=facts.supplier_id,
            party_name=facts.supplier_name,
        )
        for line in facts.lines
    ]
    held = {line.key: line.on_hand for line in facts.lines}
    post_movements(work, moves=moves, summary=f"购进退出 {facts.number} {facts.supplier_name}", held=held)
    work.set(returned_by_name=work.actor.name, returned_at=work.moment.instant)


def retention_anchors(facts: SupplierReturnFacts) -> RetentionAnchors:
    """Kept with its lots."""
    return anchors_of_goods(facts.recorded_on, facts.lines)
