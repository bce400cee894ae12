"""Gates of goods that change their place: the zone fits the stock's status, the place its storage condition."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.inspection.rules import is_imported
from meridian.inventory.matrix import ZONES
from meridian.inventory.queries import StockLineFacts
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import Text, listed, message
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.warehouse.queries.goods_move import StockedWords, TargetPlace


class BringsStock(Protocol):
    """A document whose lines bring lots to places; `targets` by line."""

    @property
    def lines(self) -> Sequence[StockLineFacts]: ...
    @property
    def targets(self) -> Mapping[UUID, TargetPlace | None]: ...


class KeepsStockInRecord(Protocol):
    """A stock-in record; `words` by line."""

    @property
    def words(self) -> Mapping[UUID, StockedWords]: ...


@gate(law="GSP-69", blocks="入库记录不完整 · stock-in record incomplete", aliases=["STOCK_IN_RECORD_INCOMPLETE"])
def stock_in_record_complete(facts: KeepsStockInRecord, moment: Moment) -> Sequence[Breach]:
    """Every line names device, registration, registrant, licence, lot or serial number and expiry (GSP Art 70)."""
    del moment
    breaches = []
    for line_id, words in facts.words.items():
        asked: Sequence[tuple[Text, object]] = (
            (_("医疗器械名称"), words.device_name),
            (_("型号或规格"), words.model or words.specification),
            (_("注册证编号或备案编号"), words.registration_no),
            (_("注册人或备案人名称"), words.registrant_name),
            (_("生产许可证号或备案编号"), words.production_license_no or is_imported(words.registration_no)),
            (_("生产批号或序列号"), words.lot_no or words.serial_no),
            (_("使用期限或失效日期"), words.expires_on or not words.has_expiry),
        )
        missing = [label for label, value in asked if not value]
        if missing:
            evidence = message("批号 {lot} 的入库记录缺少{fields}。", lot=words.serial_no or words.lot_no,
                               fields=listed(missing))  # fmt: skip
            breaches.append(Breach(evidence=evidence, subject_id=line_id, owner=Role.QUALITY_STAFF))
    return breaches


@gate(law="GSP-40", blocks="未指定可用货位 · no usable place named", aliases=["PLACE_NOT_USABLE"], locks=[Place])
def place_usable(facts: BringsStock, moment: Moment) -> Sequence[Breach]:
    """Every line names an active zone or bin of the document's site, other than where the goods lie (GSP Art 40)."""
    del moment
    breaches = []
    for line in facts.lines:
        target = facts.targets[line.line_id]
        if target is None:
            evidence = message("批号 {lot} 没有指定到货位；没有找到合适的空位可建议。", lot=line.lot.name)
        elif target.id == line.place_id:
            evidence = message("批号 {lot} 已在 {place}，不用移动。", lot=line.lot.name, place=target.name)
        elif not target.is_at_site:
            evidence = message("{place} 不在本单据的场所；跨场所请用调拨。", place=target.name)
        elif not target.zone_kind:
            evidence = message("{place} 是仓库，不是库区或货位。", place=target.name)
        elif not target.is_active:
            evidence = message("{place} 已停用。", place=target.name)
        else:
            continue
        breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.KEEPER))
    return breaches


@gate(law="G20", blocks="库区与质量状态不符 · zone does not match the stock status", aliases=["ZONE_STATUS_MISMATCH"])
def zone_matches_status(facts: BringsStock, moment: Moment) -> Sequence[Breach]:
    """Stock is brought only into zones for its status: what is not qualified never into a green one (GSP Art 40)."""
    del moment
    return [
        Breach(
            evidence=message("批号 {lot} 的质量状态为“{status}”，不能放入{zone} {place}。", lot=line.lot.name,
                             status=StockStatus(line.status).label, zone=ZoneKind(target.zone_kind).label,
                             place=target.name),
            subject_id=line.line_id,
            owner=Role.KEEPER,
        )
        for line in facts.lines
        if (target := facts.targets[line.line_id]) is not None
        and target.zone_kind
        and line.status not in ZONES[target.zone_kind]
    ]  # fmt: skip


@gate(
    law="G21",
    blocks="货位温度不符合贮存条件 · place does not meet the storage condition",
    aliases=["STORAGE_CONDITION_MISMATCH"],
)
def storage_condition_met(facts: BringsStock, moment: Moment) -> Sequence[Breach]:
    """The place keeps to the temperatures on the label: its whole range lies within the item's (GSP Art 42, 71)."""
    del moment
    breaches = []
    for line in facts.lines:
        target, item = facts.targets[line.line_id], line.item
        if target is None:
            continue
        low, high = target.temperature_celsius_min, target.temperature_celsius_max
        too_cold = item.temperature_celsius_min is not None and (low is None or low < item.temperature_celsius_min)
        too_warm = item.temperature_celsius_max is not None and (high is None or high > item.temperature_celsius_max)
        if too_cold or too_warm:
            evidence = message(
                "{item} 须在 {needed} ℃ 贮存，{place} 为 {kept} ℃。", item=item.device_name, place=target.name,
                needed=_range(item.temperature_celsius_min, item.temperature_celsius_max), kept=_range(low, high),
            )  # fmt: skip
            breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.KEEPER))
    return breaches


def _range(low: object, high: object) -> str:
    return f"{'—' if low is None else low}–{'—' if high is None else high}"
