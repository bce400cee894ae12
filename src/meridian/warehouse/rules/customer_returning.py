"""Gates of a return by a customer: traceable, proved cold, inspected before anything is sold again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from meridian.inventory.queries import StockLineFacts
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import message
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role
from meridian.warehouse.models import Shipment
from meridian.warehouse.queries.customer_return import ReturnedLot


class ComesBack(Protocol):
    """A return by a customer; `returned` by line."""

    @property
    def outbound_number(self) -> str: ...
    @property
    def customer_name(self) -> str: ...
    @property
    def temperature_proof(self) -> str: ...
    @property
    def returns_place_id(self) -> UUID | None: ...
    @property
    def qualified_place_id(self) -> UUID | None: ...
    @property
    def nonconforming_place_id(self) -> UUID | None: ...
    @property
    def lines(self) -> Sequence[StockLineFacts]: ...
    @property
    def returned(self) -> Mapping[UUID, ReturnedLot]: ...


class ComesBackLate(ComesBack, Protocol):
    """A return that names an earlier moment."""

    @property
    def happened_at(self) -> datetime | None: ...


@gate(
    law="G38",
    blocks="退货不可追溯 · return cannot be traced to what was sold",
    locks=[Shipment],
    aliases=["RETURN_NOT_TRACEABLE"],
)
def return_traceable(facts: ComesBack, moment: Moment) -> Sequence[Breach]:
    """Each lot left with the original shipment, and no more comes back than went out (GSP Art 106–107)."""
    del moment
    named: set[UUID] = set()
    breaches = []
    for line in facts.lines:
        lot = facts.returned[line.line_id]
        if line.lot.id in named:
            evidence = message("批号 {lot} 在本单出现两次；请合并为一行。", lot=line.lot.name)
        elif lot.quantity > lot.still_out:
            evidence = message("批号 {lot}：{outbound} 发给 {customer} {shipped}，已退 {before}，本单退 {quantity}。",
                               lot=line.lot.name, outbound=facts.outbound_number, customer=facts.customer_name,
                               shipped=lot.shipped, before=lot.returned_before, quantity=lot.quantity)  # fmt: skip
        else:
            named.add(line.lot.id)
            continue
        breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.QUALITY_STAFF))
    return breaches


@gate(
    law="G39",
    blocks="冷链退货无温度证明 · cold return without temperature proof",
    aliases=["RETURN_COLD_CHAIN_UNPROVEN"],
)
def cold_return_proved(facts: ComesBack, moment: Moment) -> Sequence[Breach]:
    """Cold-chain goods come back only with proof of their temperature while sold, else they are refused (GSP 67)."""
    del moment
    if facts.temperature_proof.strip():
        return []
    return [
        Breach(
            evidence=message("{item} 批号 {lot} 须冷链贮运，没有售出期间的温度证明，应拒收。",
                             item=line.item.device_name, lot=line.lot.name),
            subject_id=line.line_id,
            owner=Role.QUALITY_STAFF,
        )
        for line in facts.lines
        if line.item.is_cold_chain
    ]  # fmt: skip


@gate(
    law="G40",
    blocks="退货验收记录不完整 · return inspection incomplete",
    aliases=["RETURN_INSPECTION_REQUIRED"],
)
def return_inspection_complete(facts: ComesBack, moment: Moment) -> Sequence[Breach]:
    """Every returned unit is found fit or unfit, its condition written down, what is unfit disposed of (GSP 106)."""
    del moment
    breaches = []
    for line in facts.lines:
        lot = facts.returned[line.line_id]
        name = line.lot.name
        if lot.accepted_quantity + lot.rejected_quantity != lot.quantity:
            evidence = message("批号 {lot}：合格 {accepted} 加不合格 {rejected} 不等于退货 {quantity}。", lot=name,
                               accepted=lot.accepted_quantity, rejected=lot.rejected_quantity,
                               quantity=lot.quantity)  # fmt: skip
        elif not lot.quality_condition.strip():
            evidence = message("批号 {lot}：未填写质量状况。", lot=name)
        elif lot.rejected_quantity > 0 and not lot.disposition:
            evidence = message("批号 {lot}：不合格须填写处置措施。", lot=name)
        else:
            continue
        breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.INSPECTOR))
    return breaches


@gate(law="GSP-40", blocks="没有可用库区 · no zone for returned goods", aliases=["RETURN_ZONE_MISSING"], locks=[Place])
def zone_awaits_returns(facts: ComesBack, moment: Moment) -> Sequence[Breach]:
    """The site has a returns zone, and the zones that inspected goods go to (GSP Art 40)."""
    del moment
    if facts.returns_place_id and facts.qualified_place_id and facts.nonconforming_place_id:
        return []
    return [Breach(evidence=message("本场所缺少启用的退货区、合格品区或不合格品区。"), owner=Role.WAREHOUSE_MANAGER)]


@gate(law="G38", blocks="退货早于发货 · returned before it was shipped", aliases=["RETURN_BEFORE_SHIPMENT"])
def returned_after_shipping(facts: ComesBackLate, moment: Moment) -> Sequence[Breach]:
    """Nothing is dated back before the day the books date its shipment (GSP Art 106)."""
    if facts.happened_at is None:
        return []
    day = facts.happened_at.astimezone(moment.zone).date()
    return [
        Breach(
            evidence=message("批号 {lot}：实际退回 {day} 早于发货日期 {shipped}。", lot=line.lot.name, day=day,
                             shipped=shipped_on),
            subject_id=line.line_id,
            owner=Role.WAREHOUSE_MANAGER,
        )
        for line in facts.lines
        if (shipped_on := facts.returned[line.line_id].shipped_on) is not None and day < shipped_on
    ]  # fmt: skip
