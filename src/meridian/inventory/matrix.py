"""The status × movement matrix, kept as data: what may move from which status, and what it does to the money book.

DESIGN §6: returning and scrapping expired stock is allowed; selling it never. Accounts are codes of the Chinese chart
(企业会计准则应用指南); a movement between physical places has no value and no entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from meridian.inventory.vocabulary import MovementType, StockStatus, VirtualPlace
from meridian.ledger.vocabulary import (
    ADMINISTRATION,
    COST_OF_SALES,
    PAYABLE_UNINVOICED,
    PENDING_LOSS,
    WORK_IN_PROGRESS,
)
from meridian.organization.vocabulary import ZoneKind

_PENDING = StockStatus.PENDING_INSPECTION
_QUALIFIED = StockStatus.QUALIFIED
_NONCONFORMING = StockStatus.NONCONFORMING
_HOLD = StockStatus.QUALITY_HOLD
_RETURNED = StockStatus.RETURNED_PENDING
_ANY = frozenset(StockStatus)


@dataclass(frozen=True)
class MovementRule:
    """One row of the matrix. `contra_account` takes the other side of the stock account."""

    origin: VirtualPlace | None = None
    """Where goods come from, if not from a physical place."""
    target: VirtualPlace | None = None
    """Where goods go, if not to a physical place."""
    from_statuses: frozenset[StockStatus] = frozenset()
    to_statuses: frozenset[StockStatus] = frozenset()
    expired_allowed: bool = False
    blocked_allowed: bool = False
    contra_account: str = ""


MATRIX: Mapping[MovementType, MovementRule] = {
    MovementType.RECEIVE: MovementRule(
        origin=VirtualPlace.SUPPLIER, to_statuses=frozenset({_PENDING, _HOLD}),
        expired_allowed=True, blocked_allowed=True, contra_account=PAYABLE_UNINVOICED,
    ),
    MovementType.ACCEPT: MovementRule(
        from_statuses=frozenset({_PENDING, _RETURNED, _HOLD}), to_statuses=frozenset({_QUALIFIED}),
    ),
    MovementType.REJECT: MovementRule(
        from_statuses=_ANY, to_statuses=frozenset({_NONCONFORMING}), expired_allowed=True, blocked_allowed=True,
    ),
    MovementType.HOLD: MovementRule(
        from_statuses=_ANY, to_statuses=frozenset({_HOLD}), expired_allowed=True, blocked_allowed=True,
    ),
    MovementType.RESUME: MovementRule(
        from_statuses=frozenset({_HOLD}), to_statuses=frozenset({_PENDING}), expired_allowed=True, blocked_allowed=True,
    ),
    MovementType.TRANSFER: MovementRule(
        from_statuses=_ANY, to_statuses=_ANY, expired_allowed=True, blocked_allowed=True,
    ),
    MovementType.SHIP: MovementRule(
        target=VirtualPlace.CUSTOMER, from_statuses=frozenset({_QUALIFIED}), contra_account=COST_OF_SALES,
    ),
    MovementType.RETURN_FROM_CUSTOMER: MovementRule(
        origin=VirtualPlace.CUSTOMER, to_statuses=frozenset({_RETURNED}),
        expired_allowed=True, blocked_allowed=True, contra_account=COST_OF_SALES,
    ),
    MovementType.RETURN_TO_SUPPLIER: MovementRule(
        target=VirtualPlace.SUPPLIER, from_statuses=_ANY,
        expired_allowed=True, blocked_allowed=True, contra_account=PAYABLE_UNINVOICED,
    ),
    MovementType.ISSUE: MovementRule(
        target=VirtualPlace.ADJUSTMENT, from_statuses=frozenset({_QUALIFIED}), contra_account=ADMINISTRATION,
    ),
    MovementType.SAMPLE: MovementRule(
        target=VirtualPlace.ADJUSTMENT, from_statuses=frozenset({_PENDING, _QUALIFIED}), contra_account=ADMINISTRATION,
    ),
    MovementType.SCRAP: MovementRule(
        target=VirtualPlace.SCRAP, from_statuses=_ANY, expired_allowed=True, contra_account=PENDING_LOSS,
    ),
    MovementType.CONSUME: MovementRule(
        target=VirtualPlace.PRODUCTION, from_statuses=frozenset({_QUALIFIED}), contra_account=WORK_IN_PROGRESS,
    ),
    MovementType.PRODUCE: MovementRule(
        origin=VirtualPlace.PRODUCTION, to_statuses=frozenset({_PENDING, _QUALIFIED, _HOLD}),
        expired_allowed=True, blocked_allowed=True, contra_account=WORK_IN_PROGRESS,
    ),
    MovementType.ADJUST_IN: MovementRule(
        origin=VirtualPlace.ADJUSTMENT, to_statuses=_ANY,
        expired_allowed=True, blocked_allowed=True, contra_account=PENDING_LOSS,
    ),
    MovementType.ADJUST_OUT: MovementRule(
        target=VirtualPlace.ADJUSTMENT, from_statuses=_ANY,
        expired_allowed=True, blocked_allowed=True, contra_account=PENDING_LOSS,
    ),
}  # fmt: skip
"""Every movement there is. Blocked stock waits for quality's decision, so it is not scrapped before that."""

ZONES: Mapping[str, frozenset[StockStatus]] = {
    ZoneKind.PENDING.value: frozenset({_PENDING, _HOLD}),
    ZoneKind.QUALIFIED.value: frozenset({_QUALIFIED}),
    ZoneKind.NONCONFORMING.value: frozenset({_NONCONFORMING, _HOLD}),
    ZoneKind.DISPATCH.value: frozenset({_QUALIFIED}),
    ZoneKind.RETURNS.value: frozenset({_RETURNED, _HOLD}),
}
"""Which stock may be brought into a zone, by its kind (GSP Art 40): what waits for a decision never to a green one."""
