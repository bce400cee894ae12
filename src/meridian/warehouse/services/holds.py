"""What holding and lifting does to a lot."""

from meridian.inventory.services import block_lot, lift_blocks
from meridian.inventory.vocabulary import BlockKind
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.work import Work
from meridian.warehouse.models import QualityHold
from meridian.warehouse.queries.quality_hold import QualityHoldFacts, places_of_lot
from meridian.warehouse.services.standing import warehouse_of


def prepare_quality_hold(draft: Draft) -> None:
    """A doubt about a lot that lies in one warehouse alone is that warehouse's."""
    if "lot_id" in draft.header:
        draft.header["warehouse_id"] = warehouse_of(places_of_lot(draft.header["lot_id"]))


def hold_lot(work: Work[QualityHold, QualityHoldFacts]) -> None:
    """The lot is bound wherever it lies, what arrives of it later too (GSP Art 74)."""
    block_lot(work, lot_id=work.facts.lot.id, kind=BlockKind.HOLD, reason=work.facts.doubt)
    work.set(held_at=work.moment.instant)


def lift_hold(work: Work[QualityHold, QualityHoldFacts]) -> None:
    """This doubt no longer binds the lot; other holds, recalls and stops of sale do."""
    lift_blocks(work, reason=work.reason)
    work.set(lifted_at=work.moment.instant)


def hold_anchors(facts: QualityHoldFacts) -> RetentionAnchors:
    """A hold is kept two years past its lot's expiry, for implants for ever (R1, GSP Art 23)."""
    last = facts.lot.expires_on
    return RetentionAnchors(
        base_day=facts.site_day,
        expiry_days=[] if last is None else [last],
        some_without_expiry=last is None,
        permanent=facts.is_implantable,
    )
