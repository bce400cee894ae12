"""Gates about products and their registration, and the dated duty to carry a UDI."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from meridian.items.catalogue import as_compared
from meridian.items.models import CatalogueSnapshot, Item, RegistrationCertificate
from meridian.items.queries import ItemVerdict, PublishedDis, RegistrationVerdict
from meridian.items.vocabulary import UdiList
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import message
from meridian.organization.vocabulary import DeviceClass, Role


class ItemLine(Protocol):
    """A line that names a product."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def item(self) -> ItemVerdict: ...


class NamesItems(Protocol):
    """Any document whose lines name products: orders, receipts, shipments."""

    @property
    def lines(self) -> Sequence[ItemLine]: ...


class LotLine(Protocol):
    """A line that names a lot; `registration` is the one kept on the lot, else the item's."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def item(self) -> ItemVerdict: ...
    @property
    def lot_no(self) -> str: ...
    @property
    def manufactured_on(self) -> date | None: ...
    @property
    def registration(self) -> RegistrationVerdict | None: ...


class NamesLots(Protocol):
    """Any document whose lines name lots."""

    @property
    def lines(self) -> Sequence[LotLine]: ...


class OneItem(Protocol):
    """An item's own file."""

    @property
    def item(self) -> ItemVerdict: ...


def _open_item(item: ItemVerdict) -> Remedy:
    return Remedy(label="打开物料档案", document_type="item", document_id=item.id)


@gate(
    law="G05",
    blocks="产品未经首营审核 · product not approved",
    locks=[Item],
    aliases=["PRODUCT_NOT_QUALIFIED"],
)
def product_qualified(facts: NamesItems, moment: Moment) -> Sequence[Breach]:
    """Every product was approved by quality before this moment and is neither suspended nor retired (GSP Art 54)."""
    return [
        Breach(
            evidence=message("产品 {number} {name} 未经质量批准或已停用。", number=line.item.number,
                             name=line.item.device_name),
            subject_id=line.line_id,
            remedy=_open_item(line.item),
            owner=Role.QUALITY_HEAD,
        )
        for line in facts.lines
        if not (line.item.is_approved and line.item.approved_at and line.item.approved_at <= moment.instant)
    ]  # fmt: skip


def _cancelled(registration: RegistrationVerdict, day: date) -> bool:
    cancelled_on = registration.cancelled_on()
    return cancelled_on is not None and cancelled_on <= day


@gate(
    law="G06",
    blocks="注册证已过期或注销，不得新购 · registration expired or cancelled, no new purchase",
    locks=[Item, RegistrationCertificate],
    aliases=["REGISTRATION_INVALID_FOR_LOT"],
)
def registration_in_force(facts: NamesItems, moment: Moment) -> Sequence[Breach]:
    """Every product ordered has a registration that is valid on the day, its last day included (Order 739 Art 55)."""
    breaches = []
    for line in facts.lines:
        registration = line.item.registration
        valid = registration is not None and registration.valid_on(moment.site_day)
        if registration is None or not valid or _cancelled(registration, moment.site_day):
            breaches.append(_not_in_force(line, registration))
    return breaches


def _not_in_force(line: ItemLine, registration: RegistrationVerdict | None) -> Breach:
    number = registration.registration_no if registration else ""
    if registration is None:
        evidence = message("产品 {item} 没有经审核的注册证。", item=line.item.number)
    elif registration.cancelled_on() is not None:
        evidence = message("注册证 {number} 已于 {day} 注销。", number=number, day=registration.cancelled_on())
    else:
        evidence = message(
            "注册证 {number} 有效期至 {day}，今日无效。", number=number, day=registration.last_day() or "—"
        )
    return Breach(evidence=evidence, subject_id=line.line_id, remedy=_open_item(line.item), owner=Role.QUALITY_STAFF)


@gate(
    law="G06",
    blocks="批号不在注册证有效期内生产，或注册证已注销 · lot made outside registration, or registration cancelled",
    locks=[RegistrationCertificate],
    aliases=["REGISTRATION_INVALID_FOR_LOT"],
)
def registration_valid_for_lot(facts: NamesLots, moment: Moment) -> Sequence[Breach]:
    """Every lot was made while its registration was valid, which is not cancelled (Order 739 Art 55, 66).

    A lot made inside the validity stays saleable after it; a lot without a date of manufacture is judged by today.
    """
    breaches = []
    for line in facts.lines:
        registration = line.registration
        made_on = line.manufactured_on or moment.site_day
        if registration is None:
            evidence = message("批号 {lot} 没有经审核的注册证。", lot=line.lot_no)
        elif _cancelled(registration, moment.site_day):
            evidence = message("批号 {lot} 的注册证 {number} 已于 {day} 注销。", lot=line.lot_no,
                               number=registration.registration_no, day=registration.cancelled_on())  # fmt: skip
        elif not registration.valid_on(made_on):
            evidence = message("批号 {lot} 生产于 {made_on}，不在注册证 {number} 的有效期内。", lot=line.lot_no,
                               made_on=made_on, number=registration.registration_no)  # fmt: skip
        else:
            continue
        breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.QUALITY_STAFF,
                               remedy=_open_item(line.item)))  # fmt: skip
    return breaches


@gate(
    law="GSP-54",
    blocks="产品档案缺注册证 · product file lacks its registration",
    locks=[RegistrationCertificate],
    aliases=["PRODUCT_FILE_INCOMPLETE"],
)
def product_file_complete(facts: OneItem, moment: Moment) -> Sequence[Breach]:
    """The product's file holds a reviewed registration of the same class, valid on the day (GSP Art 54)."""
    item, registration = facts.item, facts.item.registration
    if registration is None:
        evidence = message("请先登记并生效 {number} 的注册证或备案凭证。", number=item.number)
    elif _cancelled(registration, moment.site_day) or not registration.valid_on(moment.site_day):
        evidence = message("注册证 {number} 今日无效。", number=registration.registration_no)
    elif registration.device_class != item.device_class:
        evidence = message("注册证 {number} 的管理类别是 {registered}，产品填的是 {stated}。",
                           number=registration.registration_no, registered=registration.device_class,
                           stated=item.device_class)  # fmt: skip
    else:
        return []
    remedy = Remedy(label="登记注册证", document_type="registration_certificate")
    return [Breach(evidence=evidence, subject_id=item.id, owner=Role.QUALITY_STAFF, remedy=remedy)]


@dataclass(frozen=True)
class UdiDuty:
    """From `made_from` on, units of this class carry a UDI; `udi_list` limits it to the kinds of a published list."""

    made_from: date
    device_class: str
    law: str
    udi_list: str = ""
    only_ivd: bool = False


UDI_DUTIES = (
    UdiDuty(date(2021, 1, 1), DeviceClass.III, "2019-72, 2020-106", udi_list=UdiList.FIRST_BATCH),
    UdiDuty(date(2022, 6, 1), DeviceClass.III, "2021-114"),
    UdiDuty(date(2024, 6, 1), DeviceClass.II, "2023-22", udi_list=UdiList.THIRD_BATCH),
    UdiDuty(date(2027, 6, 1), DeviceClass.II, "2026-21"),
    UdiDuty(date(2027, 6, 1), DeviceClass.I, "2026-21", only_ivd=True),
    UdiDuty(date(2029, 6, 1), DeviceClass.I, "2026-21"),
)
"""The batches of UDI work by day of manufacture (REGULATIONS UDI-4)."""


class UdiSubject(Protocol):
    """What decides whether a unit must carry a UDI."""

    @property
    def device_class(self) -> str: ...
    @property
    def is_ivd(self) -> bool: ...
    @property
    def udi_list(self) -> str: ...


def udi_required(item: UdiSubject, manufactured_on: date) -> bool:
    """Whether a unit made on this day must carry a UDI: the day of manufacture decides, not the day of sale."""
    return any(
        duty.made_from <= manufactured_on
        and duty.device_class == item.device_class
        and duty.udi_list in ("", item.udi_list)
        and (item.is_ivd or not duty.only_ivd)
        for duty in UDI_DUTIES
    )


class AcceptedLot(Protocol):
    """A lot of which something was accepted; `di` is the identifier it came in with."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def item(self) -> ItemVerdict: ...
    @property
    def lot_no(self) -> str: ...
    @property
    def di(self) -> str: ...
    @property
    def manufactured_on(self) -> date | None: ...
    @property
    def accepted_quantity(self) -> Decimal: ...


class AcceptsLots(Protocol):
    """Any document that accepts lots for sale, with what the published catalogue says about their identifiers."""

    @property
    def accepted_lines(self) -> Sequence[AcceptedLot]: ...
    @property
    def published(self) -> PublishedDis: ...


@gate(
    law="G19",
    blocks="产品标识未在国家数据库公布 · device identifier not in the national database",
    aliases=["UDI_NOT_IN_DATABASE"],
    waivable_by=[Role.QUALITY_STAFF],
)
def udi_in_database(facts: AcceptsLots, moment: Moment) -> Sequence[Breach]:
    """The identifier of every lot that must carry a UDI stands in the latest snapshot of the national database.

    Without any snapshot nothing is known to stand there: the clause asks for the lot, not for the snapshot.
    """
    breaches = []
    for line in facts.accepted_lines:
        if not udi_required(line.item, line.manufactured_on or moment.site_day):
            continue
        if line.di and as_compared(line.di) in facts.published.dis:
            continue
        if facts.published.snapshot_on is None:
            evidence = message("尚未载入 UDI 目录快照，无法核对批号 {lot} 的产品标识 {di}。", lot=line.lot_no,
                               di=line.di or "—")  # fmt: skip
        else:
            evidence = message("批号 {lot} 的产品标识 {di} 不在 {day} 的 UDI 目录快照中。", lot=line.lot_no,
                               di=line.di or "—", day=facts.published.snapshot_on)  # fmt: skip
        remedy = Remedy(label="载入目录快照", document_type="catalogue_snapshot")
        breaches.append(Breach(evidence, subject_id=line.line_id, remedy=remedy, owner=Role.QUALITY_STAFF,
                               waivable_quantity=line.accepted_quantity))  # fmt: skip
    return breaches


class HasSnapshotFile(Protocol):
    """A snapshot of the published catalogue."""

    @property
    def files(self) -> Sequence[str]: ...
    @property
    def fault(self) -> str: ...
    @property
    def fault_line(self) -> int: ...
    @property
    def snapshot_on(self) -> date: ...


@gate(
    law="UDI-12", blocks="快照没有唯一的目录文件 · a snapshot without its one file", aliases=["SNAPSHOT_FILE_MISSING"]
)
def snapshot_file_attached(facts: HasSnapshotFile, moment: Moment) -> Sequence[Breach]:
    """Exactly one file is attached, the catalogue as it was downloaded: what was loaded can be proved by it."""
    del moment
    if len(facts.files) == 1:
        return []
    return [Breach(message("请在附件中放入一个目录文件（XML 或 CSV）；现有 {count} 个。", count=len(facts.files)))]


_FAULTS = {
    "no_entries": message("文件中没有产品标识。"),
    "column_missing": message("首行没有 zxxsdycpbs 列。"),
    "not_readable": message("文件格式有误。"),
    "too_many_entries": message("产品标识过多，请分开载入。"),
    "too_deep": message("XML 嵌套过深。"),
    "document_type_refused": message("XML 含有文档类型声明，出于安全不读取。"),
}


@gate(
    law="UDI-12",
    blocks="目录文件无法读取 · a catalogue file that cannot be read",
    locks=[CatalogueSnapshot],
    aliases=["SNAPSHOT_UNREADABLE"],
)
def snapshot_file_readable(facts: HasSnapshotFile, moment: Moment) -> Sequence[Breach]:
    """The file is a catalogue in a published form, of a day that is not to come; judged when it is loaded."""
    if facts.snapshot_on > moment.site_day:
        return [Breach(message("快照日期 {day} 晚于今天。", day=facts.snapshot_on))]
    if not facts.fault:
        return []
    return [Breach(message("第 {line} 行：{fault}", line=facts.fault_line or "—", fault=_FAULTS[facts.fault]))]
