"""The gate of a stock adjustment: what is scrapped, quality has approved."""

from collections.abc import Sequence
from typing import Protocol

from meridian.inventory.vocabulary import MovementType
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import message
from meridian.organization.vocabulary import Role


class Disposes(Protocol):
    """A document that takes stock away."""

    @property
    def movement(self) -> MovementType: ...
    @property
    def is_approved(self) -> bool: ...


@gate(
    law="G42",
    blocks="报废未经质量负责人批准 · scrapping without the quality head's approval",
    aliases=["DISPOSITION_UNSIGNED"],
)
def disposition_approved(facts: Disposes, moment: Moment) -> Sequence[Breach]:
    """The quality head has signed what is scrapped (GSP Art 19(6), 69)."""
    del moment
    if facts.movement != MovementType.SCRAP or facts.is_approved:
        return []
    remedy = Remedy(label="批准报废", transition="approve")
    return [Breach(evidence=message("报废须先由质量负责人批准。"), owner=Role.QUALITY_HEAD, remedy=remedy)]
