"""Gates of what accompanies a delivery, and of goods that wait on hold for quality's decision."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.inspection.vocabulary import CheckResult
from meridian.inventory.matrix import ZONES
from meridian.inventory.models import StockBalance
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import Message, Text, listed, message
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role
from meridian.warehouse.queries.goods_receipt import HeldLine
from meridian.warehouse.vocabulary import GoodsReceiptState, NotePresence

HOLD_OR_REFUSE = Remedy(label="转待处理，或拒收", transition="accept_to_hold")
REFUSE = Remedy(label="拒收", transition="refuse_goods")
CONDEMN = Remedy(label="补正单证，或判不合格", transition="condemn")


def cure_of(state: str) -> Remedy:
    """What is left to do with goods that may not go on: at the ramp, or once they wait on hold."""
    return CONDEMN if state == GoodsReceiptState.ON_HOLD else HOLD_OR_REFUSE


class CarriesNote(Protocol):
    """A delivery with what the receiver found about its note."""

    @property
    def state(self) -> str: ...
    @property
    def delivery_note_number(self) -> str: ...
    @property
    def note_presence(self) -> str: ...
    @property
    def note_form(self) -> str: ...
    @property
    def note_lines(self) -> str: ...


class HoldsAtPlace(Protocol):
    """A delivery about to wait at a place for quality's decision."""

    @property
    def place_id(self) -> UUID: ...
    @property
    def place_name(self) -> str: ...
    @property
    def place_zone(self) -> str: ...
    @property
    def place_is_usable(self) -> bool: ...


class WaitsOnHold(Protocol):
    """A delivery on hold: `held` says line by line what lies there of it."""

    @property
    def held(self) -> Sequence[HeldLine]: ...


class AwaitsInspection(Protocol):
    """A delivery on hold that may go on to its inspection."""

    @property
    def released_to(self) -> UUID | None: ...


@gate(
    law="G11",
    blocks="随货同行单缺少或不符 · delivery note missing or not matching",
    aliases=["DELIVERY_NOTE_MISMATCH"],
)
def delivery_note_matches(facts: CarriesNote, moment: Moment) -> Sequence[Breach]:
    """The note came with the goods, looks and is sealed as the supplier's sample, and agrees with order and goods.

    The receiver states each of these; what was not stated was not checked (GSP Art 53(4), 60).
    """
    del moment
    unstated = _unstated(facts)
    found = [Breach(evidence=fault, owner=Role.QUALITY_HEAD, remedy=cure_of(facts.state)) for fault in _faults(facts)]
    if unstated:
        found.append(Breach(evidence=message("请填写{fields}。", fields=listed(unstated)), owner=Role.RECEIVER))
    return found


def _unstated(facts: CarriesNote) -> list[Text]:
    if facts.note_presence == NotePresence.MISSING:
        return []
    stated: Sequence[tuple[Text, str]] = (
        (_("随货同行单"), facts.note_presence),
        (_("随货同行单号"), facts.delivery_note_number),
        (_("单据样式与印章"), facts.note_form),
        (_("单货核对"), facts.note_lines),
    )
    return [label for label, value in stated if not value]


def _faults(facts: CarriesNote) -> list[Message]:
    if facts.note_presence == NotePresence.MISSING:
        return [message("没有随货同行单。")]
    faults = []
    if facts.note_form == CheckResult.FAILED:
        faults.append(message("随货同行单的样式或印章与备案不符。"))
    if facts.note_lines == CheckResult.FAILED:
        faults.append(message("随货同行单与采购记录或到货实物不符。"))
    return faults


@gate(
    law="G11",
    blocks="随货同行单不符，未经质量负责人同意转待处理 · held without the quality head although the note fails",
    waivable_by=[Role.QUALITY_HEAD],
    aliases=["DELIVERY_NOTE_MISMATCH"],
)
def faulty_note_cleared_for_hold(facts: CarriesNote, moment: Moment) -> Sequence[Breach]:
    """Goods whose note is missing or fails wait in the house only by the quality head's signed waiver (GSP Art 60)."""
    del moment
    return [Breach(evidence=fault, owner=Role.QUALITY_HEAD, remedy=REFUSE) for fault in _faults(facts)]


@gate(
    law="GSP-40",
    blocks="该位置不能放待处理货物 · place may not hold goods in doubt",
    aliases=["ZONE_STATUS_MISMATCH"],
    locks=[Place],
)
def hold_place_fits(facts: HoldsAtPlace, moment: Moment) -> Sequence[Breach]:
    """Goods in doubt wait at a place in use, at the receipt's own site, in a zone that may hold them (GSP Art 40)."""
    del moment
    if facts.place_is_usable and StockStatus.QUALITY_HOLD in ZONES.get(facts.place_zone, ()):
        return []
    evidence = message("{place} 不是本场所在用的待验区、退货区或不合格品区。", place=facts.place_name)
    return [Breach(evidence=evidence, subject_id=facts.place_id, owner=Role.RECEIVER)]


@gate(
    law="GSP-60",
    blocks="待处理货物不在收货位置 · goods on hold are not where they were received",
    locks=[StockBalance],
    aliases=["HELD_GOODS_MISSING"],
)
def held_goods_in_place(facts: WaitsOnHold, moment: Moment) -> Sequence[Breach]:
    """What quality decides about lies on hold where the receipt brought it, whole (GSP Art 60)."""
    del moment
    wanted: dict[UUID, Decimal] = {}
    for line in facts.held:
        wanted[line.lot_id] = wanted.get(line.lot_id, Decimal(0)) + line.quantity
    return [
        Breach(
            evidence=message("批号 {lot} 在 {place} 待处理 {on_hand}，本单为 {wanted}；请先移回收货位置。",
                             lot=line.lot_name, place=line.place_name, on_hand=line.on_hand,
                             wanted=wanted[line.lot_id]),
            subject_id=line.line_id,
            owner=Role.KEEPER,
        )
        for line in facts.held
        if wanted[line.lot_id] > line.on_hand
    ]  # fmt: skip


@gate(law="GSP-62", blocks="场所没有在用的待验区 · no pending zone in use", aliases=["ZONE_MISSING"], locks=[Place])
def pending_zone_awaits_goods(facts: AwaitsInspection, moment: Moment) -> Sequence[Breach]:
    """There is a pending zone in use at the site for goods that go on to their inspection (GSP Art 40, 62)."""
    del moment
    return (
        []
        if facts.released_to
        else [Breach(evidence=message("本场所没有在用的待验区。"), owner=Role.WAREHOUSE_MANAGER)]
    )
