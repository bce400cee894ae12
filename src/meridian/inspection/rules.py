"""Gates of the acceptance inspection."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.inspection.queries import AcceptanceLineFacts, UdiRecheck
from meridian.inspection.vocabulary import CheckResult, Conclusion, InspectionState
from meridian.inventory.queries import StockLineFacts
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import Message, Text, listed, message
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role

SET_UP_PLACES = Remedy(label="增设库区", document_type="place_set")
CHECKS = {"appearance": _("外观"), "package": _("包装"), "label": _("标签"), "certificate": _("合格证明文件")}


class Inspected(Protocol):
    """An acceptance inspection."""

    @property
    def lines(self) -> Sequence[AcceptanceLineFacts]: ...
    @property
    def accepted_lines(self) -> Sequence[AcceptanceLineFacts]: ...


class KeepsRecord(Inspected, Protocol):
    """A purchase-check record."""

    @property
    def supplier_id(self) -> UUID: ...
    @property
    def supplier_name(self) -> str: ...
    @property
    def supplier_address(self) -> str: ...
    @property
    def has_supplier_contact(self) -> bool: ...
    @property
    def purchased_on(self) -> date | None: ...


class MovesToZones(Inspected, Protocol):
    """An inspection whose next move takes goods to the red or the green zone of its site."""

    @property
    def state(self) -> str: ...
    @property
    def nonconforming_place_id(self) -> UUID | None: ...
    @property
    def qualified_place_id(self) -> UUID | None: ...


class ReleasesGoods(Protocol):
    """Goods found fit, by line the green zone each goes to; None where no zone in use is kept as they need."""

    @property
    def qualified_place_id(self) -> UUID | None: ...
    @property
    def release_places(self) -> Mapping[UUID, UUID | None]: ...
    @property
    def accepted_lines(self) -> Sequence[StockLineFacts]: ...


@gate(
    law="G14",
    blocks="验收记录不完整 · acceptance record incomplete",
    aliases=["ACCEPTANCE_RECORD_INCOMPLETE"],
)
def acceptance_record_complete(facts: KeepsRecord, moment: Moment) -> Sequence[Breach]:
    """Every field of the purchase-check record is there, and what failed has matter and disposition (GSP Art 65)."""
    del moment
    breaches = [
        Breach(evidence=problem, subject_id=line.line_id, owner=Role.INSPECTOR)
        for line in facts.lines
        for problem in _problems(line)
    ]
    return breaches + _missing_in_head(facts) + [found for line in facts.lines for found in _missing_in_line(line)]


def _missing_in_head(facts: KeepsRecord) -> list[Breach]:
    missing = _missing(
        (_("供货者名称"), facts.supplier_name),
        (_("供货者地址"), facts.supplier_address),
        (_("供货者联系方式"), facts.has_supplier_contact),
        (_("购货日期"), facts.purchased_on),
    )
    if not missing:
        return []
    remedy = Remedy(label="补全供货者档案后重新保存验收单", document_type="supplier", document_id=facts.supplier_id)
    evidence = message("记录缺少{fields}。", fields=listed(missing))
    return [Breach(evidence=evidence, subject_id=facts.supplier_id, owner=Role.QUALITY_STAFF, remedy=remedy)]


def _missing_in_line(line: AcceptanceLineFacts) -> list[Breach]:
    missing = _missing(
        (_("医疗器械名称"), line.device_name),
        (_("型号或规格"), line.model or line.specification),
        (_("注册证编号或备案编号"), line.registration_no),
        (_("注册人或备案人名称"), line.registrant_name),
        (_("生产许可证号或备案编号"), line.production_license_no or is_imported(line.registration_no)),
        (_("生产批号或序列号"), line.lot_no),
        (_("有效期"), line.expires_on or not line.item.has_expiry),
    )
    if not missing:
        return []
    remedy = Remedy(label="补全物料档案后重新保存验收单", document_type="item", document_id=line.item.id)
    evidence = message("批号 {lot}：记录缺少{fields}。", lot=line.lot_no, fields=listed(missing))
    return [Breach(evidence=evidence, subject_id=line.line_id, owner=Role.QUALITY_STAFF, remedy=remedy)]


def is_imported(registration_no: str) -> bool:
    """Whether the number is one of an imported device (国械注进, 国械注许, 国械备): no production licence of China."""
    return registration_no.startswith(("国械注进", "国械注许", "国械备"))


def _missing(*fields: tuple[Text, object]) -> list[Text]:
    return [label for label, value in fields if not value]


def _problems(line: AcceptanceLineFacts) -> list[Message]:
    lot = line.lot_no
    problems = [
        message("批号 {lot}：未填写{check}检查结果。", lot=lot, check=label)
        for name, label in CHECKS.items()
        if not getattr(line, name)
    ]
    if not line.conclusion:
        problems.append(message("批号 {lot}：未填写验收结论。", lot=lot))
    if line.accepted_quantity + line.rejected_quantity != line.arrived:
        problems.append(
            message("批号 {lot}：合格 {accepted} 加不合格 {rejected} 不等于到货 {quantity}。", lot=lot,
                    accepted=line.accepted_quantity, rejected=line.rejected_quantity, quantity=line.arrived)
        )  # fmt: skip
    if line.rejected_quantity > 0 and not (line.nonconformity and line.disposition):
        problems.append(message("批号 {lot}：不合格须填写不合格事项和处置措施。", lot=lot))
    return problems


@gate(
    law="G14",
    blocks="检查不符合却判为合格 · accepted although a check failed",
    aliases=["ACCEPTANCE_CONTRADICTS_CHECKS"],
)
def conclusion_follows_checks(facts: Inspected, moment: Moment) -> Sequence[Breach]:
    """A lot is accepted whole only if every check passed, and the conclusion fits the quantities (GSP Art 64–65)."""
    del moment
    breaches = []
    for line in facts.lines:
        lot = line.lot_no
        failed = [label for name, label in CHECKS.items() if getattr(line, name) == CheckResult.FAILED]
        if failed and not line.rejected_quantity:
            evidence = message("批号 {lot}：{checks}不符合，不能全部判为合格。", lot=lot, checks=listed(failed))
            breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.INSPECTOR))
        fitting = (
            Conclusion.REJECTED if not line.accepted_quantity
            else Conclusion.PARTLY if line.rejected_quantity else Conclusion.ACCEPTED
        )  # fmt: skip
        if line.conclusion and line.conclusion != fitting:
            evidence = message("批号 {lot}：结论应为“{fitting}”。", lot=lot, fitting=fitting.label)
            breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.INSPECTOR))
    return breaches


@gate(
    law="G16",
    blocks="剩余效期短于收货要求 · short-dated on receipt",
    waivable_by=[Role.PURCHASING_MANAGER, Role.QUALITY_HEAD],
    aliases=["RECEIPT_SHORT_DATED"],
)
def remaining_life_meets_receipt_minimum(facts: Inspected, moment: Moment) -> Sequence[Breach]:
    """Every lot accepted has at least the item's minimum of days left (GSP Art 57)."""
    return [
        Breach(
            evidence=message("批号 {lot} 余 {left} 天 < {wanted} 天。", lot=line.lot_no, left=left,
                             wanted=line.item.receipt_min_days),
            subject_id=line.line_id,
            owner=Role.PURCHASING_MANAGER,
            waivable_quantity=line.accepted_quantity,
        )
        for line in facts.accepted_lines
        if line.expires_on is not None
        and (left := (line.expires_on - moment.site_day).days) < line.item.receipt_min_days
    ]  # fmt: skip


@gate(
    law="G17",
    blocks="缺少合格证明文件 · no proof of conformity",
    aliases=["CONFORMITY_CERT_MISSING"],
)
def conformity_proved(facts: Inspected, moment: Moment) -> Sequence[Breach]:
    """Nothing is accepted of a lot whose proof of conformity is missing or fails (GSP Art 57, 64)."""
    del moment
    return [
        Breach(
            evidence=message("批号 {lot} 的合格证明文件不符合，应全部判不合格。", lot=line.lot_no),
            subject_id=line.line_id,
            owner=Role.INSPECTOR,
        )
        for line in facts.accepted_lines
        if line.certificate == CheckResult.FAILED
    ]


@gate(
    law="GSP-69",
    blocks="场所没有在用的合格品区或不合格品区 · no zone in use for these goods",
    aliases=["ZONE_MISSING"],
    locks=[Place],
)
def zone_awaits_goods(facts: MovesToZones, moment: Moment) -> Sequence[Breach]:
    """The site has a red zone in use for what is rejected and a green one for what is released (GSP Art 40, 69)."""
    del moment
    is_pending = facts.state == InspectionState.PENDING
    if is_pending and facts.nonconforming_place_id is None and any(line.rejected_quantity > 0 for line in facts.lines):
        missing = message("本场所没有在用的不合格品区。")
        return [Breach(evidence=missing, owner=Role.WAREHOUSE_MANAGER, remedy=SET_UP_PLACES)]
    if not is_pending and facts.qualified_place_id is None and facts.accepted_lines:
        missing = message("本场所没有在用的合格品区。")
        return [Breach(evidence=missing, owner=Role.WAREHOUSE_MANAGER, remedy=SET_UP_PLACES)]
    return []


@gate(
    law="G21",
    blocks="没有温度合适的合格品区 · no green zone is kept as cold as the goods need",
    aliases=["STORAGE_CONDITION_MISMATCH"],
    locks=[Place],
)
def release_zone_fits_goods(facts: ReleasesGoods, moment: Moment) -> Sequence[Breach]:
    """Cold goods are released into a green zone in use whose whole range lies within their limits (GSP Art 42)."""
    del moment
    if facts.qualified_place_id is None:
        return []  # there is no green zone at all: `zone_awaits_goods` says so
    return [
        Breach(
            evidence=message("{item} 须在 {low}–{high} ℃ 贮存，本场所没有在用的这样的合格品区。", item=line.item.number,
                             low=_degrees(line.item.temperature_celsius_min),
                             high=_degrees(line.item.temperature_celsius_max)),
            subject_id=line.line_id,
            owner=Role.WAREHOUSE_MANAGER,
            remedy=SET_UP_PLACES,
        )
        for line in facts.accepted_lines
        if line.line_id in facts.release_places and facts.release_places[line.line_id] is None
    ]  # fmt: skip


def _degrees(limit: object) -> str:
    return "—" if limit is None else str(limit)


RECHECK_DAYS = 7
"""Within a week a registrant's upload stands in the next download of the database."""


class ShipsReleasedLots(Protocol):
    """Goods about to leave; `udi_rechecks` by lot, as `inspection.queries.udi_rechecks` gives them."""

    @property
    def lines(self) -> Sequence[StockLineFacts]: ...
    @property
    def udi_rechecks(self) -> Mapping[UUID, UdiRecheck]: ...


@gate(
    law="G19",
    blocks="让步放行的产品标识逾期未复核 · a waived identifier was not found published within seven days",
    aliases=["UDI_RECHECK_OVERDUE"],
)
def udi_recheck_in_time(facts: ShipsReleasedLots, moment: Moment) -> Sequence[Breach]:
    """A lot released although its identifier was not published leaves for seven days, then only once it is."""
    breaches = []
    for line in facts.lines:
        found = facts.udi_rechecks.get(line.lot.id)
        if found is None:
            continue
        due = found.released_at.astimezone(moment.zone).date() + timedelta(days=RECHECK_DAYS)
        if moment.site_day > due:
            evidence = message("批号 {lot} 由 {inspection} 让步放行，产品标识 {di} 至 {due} 仍不在 UDI 目录快照中。",
                               lot=found.lot_no, inspection=found.inspection_number, di=found.di or "—",
                               due=due)  # fmt: skip
            remedy = Remedy(label="载入目录快照", document_type="catalogue_snapshot")
            breaches.append(Breach(evidence, subject_id=line.line_id, remedy=remedy, owner=Role.QUALITY_STAFF))
    return breaches
