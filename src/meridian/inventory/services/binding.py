"""Binding a lot wherever it lies, and letting it go again."""

from typing import Any
from uuid import UUID

from meridian.inventory.models import Lot, LotBlock
from meridian.inventory.vocabulary import BlockKind
from meridian.kernel.work import Work


def block_lot(work: Work[Any, Any], *, lot_id: UUID, kind: BlockKind, reason: str) -> None:
    """Binds every present and future quantity of a lot from this moment (GSP Art 74, 110).

    The lot's row is locked, so that documents under way with it are waited for and later ones see the block.
    """
    Lot.objects.select_for_update(no_key=True).get(pk=lot_id)
    LotBlock.objects.create(
        lot_id=lot_id,
        kind=kind,
        reason=reason,
        document_type=work.document_type,
        document_id=work.document.pk,
        blocked_at=work.moment.instant,
        blocked_by_id=work.actor.user_id,
        blocked_by_name=work.actor.name,
    )


def lift_blocks(work: Work[Any, Any], *, reason: str) -> None:
    """Ends the blocks this document made; blocks of other documents go on binding the lot."""
    LotBlock.objects.filter(document_id=work.document.pk, released_at__isnull=True).update(
        released_at=work.moment.instant,
        released_by_id=work.actor.user_id,
        released_by_name=work.actor.name,
        release_reason=reason,
    )
