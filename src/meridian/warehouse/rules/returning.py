"""The gate of a return to a supplier: goods go back only to whom they were bought from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from meridian.inventory.models import StockBalance
from meridian.inventory.queries import StockLineFacts
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import message
from meridian.organization.vocabulary import Role


class GoesBack(Protocol):
    """A document that takes lots back to a supplier; `bought` by lot."""

    @property
    def supplier_name(self) -> str: ...
    @property
    def lines(self) -> Sequence[StockLineFacts]: ...
    @property
    def bought(self) -> Mapping[UUID, Decimal]: ...


@gate(
    law="REG-45",
    blocks="不是从该供货者购进 · not bought from this supplier",
    locks=[StockBalance],
    aliases=["RETURN_NOT_FROM_SUPPLIER"],
)
def bought_from_supplier(facts: GoesBack, moment: Moment) -> Sequence[Breach]:
    """No more of a lot goes back than this supplier delivered, less what went back before (Order 739 Art 45)."""
    del moment
    wanted: dict[UUID, Decimal] = {}
    for line in facts.lines:
        wanted[line.lot.id] = wanted.get(line.lot.id, Decimal(0)) + line.quantity
    return [
        Breach(
            evidence=message("批号 {lot}：{supplier} 供货后尚未退回 {bought}，本单退 {wanted}。", lot=line.lot.name,
                             supplier=facts.supplier_name, bought=facts.bought[line.lot.id],
                             wanted=wanted[line.lot.id]),
            subject_id=line.line_id,
            owner=Role.PURCHASING_MANAGER,
        )
        for line in facts.lines
        if wanted[line.lot.id] > facts.bought[line.lot.id]
    ]  # fmt: skip
