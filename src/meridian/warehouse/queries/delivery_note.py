"""The delivery note 随货同行单: the words GSP Art 91–92 ask for, as the shipment keeps them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from meridian.inventory.queries import LotFacts
from meridian.items.queries import ItemVerdict
from meridian.items.vocabulary import StorageCondition
from meridian.kernel.messages import Text


@dataclass(frozen=True)
class NoteLine:
    """One lot as the note names it; `quantity` in `unit`, the item's base unit."""

    line_id: UUID
    device_name: str
    model: str
    specification: str
    registration_no: str
    registrant_name: str
    contract_manufacturer_name: str
    production_license_no: str
    lot_no: str
    serial_no: str
    manufactured_on: date | None
    expires_on: date | None
    storage_condition: str
    udi: str
    unit: str
    quantity: Decimal
    has_expiry: bool = True

    @property
    def missing(self) -> Sequence[Text]:
        """Labels of the fields the law names that are empty; model and contract maker only where there is one."""
        asked: Sequence[tuple[Text, object]] = (
            (_("医疗器械名称"), self.device_name),
            (_("规格"), self.specification),
            (_("注册证编号/备案编号"), self.registration_no),
            (_("注册人/备案人名称"), self.registrant_name),
            (_("生产批号或序列号"), self.lot_no or self.serial_no),
            (_("使用期限/失效日期"), self.expires_on or not self.has_expiry),
            (_("运输及贮存条件"), self.storage_condition),
            (_("单位"), self.unit),
        )
        return [label for label, value in asked if not value]


@dataclass(frozen=True)
class Note:
    """A note: who sends what to whom, under which seal. `shipped_at` is the instant of dispatch (UTC).

    `customer_contact` is personal data as it is stored.
    """

    number: str
    order_number: str
    supplier_name: str
    supplier_address: str
    supplier_contact: str
    customer_name: str
    customer_contact: str
    delivery_address: str
    seal: str
    transport_mode: str
    carrier_name: str
    waybill_no: str
    vehicle_plate_no: str
    driver_name: str
    picked_by_name: str
    reviewed_by_name: str
    shipped_at: datetime | None
    lines: tuple[NoteLine, ...] = ()

    @property
    def missing(self) -> Sequence[Text]:
        """Labels of the empty fields of the head; the day of dispatch is given by shipping itself."""
        asked: Sequence[tuple[Text, str]] = (
            (_("供货企业名称"), self.supplier_name),
            (_("收货单位名称"), self.customer_name),
            (_("收货地址"), self.delivery_address),
            (_("购货者联系方式"), self.customer_contact),
            (_("出库印章"), self.seal),
        )
        return [label for label, value in asked if not value]


NOTE_HEADER = tuple(name for name in Note.__dataclass_fields__ if name != "lines")
NOTE_LINE = tuple(name for name in NoteLine.__dataclass_fields__ if name not in ("line_id", "quantity", "has_expiry"))
"""The columns of a shipment and of its lines that the note is made of."""


def storage_text(item: ItemVerdict) -> str:
    """The storage condition as the label says it, in the language of the record: 冷藏 2–8 ℃."""
    if not item.storage_condition:
        return ""
    bounds = [bound for bound in (item.temperature_celsius_min, item.temperature_celsius_max) if bound is not None]
    with override("zh-hans"):
        name = str(StorageCondition(item.storage_condition).label)
    return f"{name} {'–'.join(f'{bound.normalize():f}' for bound in bounds)} ℃" if bounds else name


def words_of(item: ItemVerdict, lot: LotFacts) -> Mapping[str, Any]:
    """What a shipment line repeats of its item's and lot's files; the registration is the lot's own if it has one."""
    registration = lot.registration
    return {
        "device_name": item.device_name,
        "model": item.model,
        "specification": item.specification,
        "registration_no": registration.registration_no if registration else "",
        "registrant_name": item.registrant_name or (registration.registrant_name if registration else ""),
        "contract_manufacturer_name": item.contract_manufacturer_name,
        "production_license_no": item.production_license_no,
        "lot_no": lot.lot_no,
        "serial_no": lot.serial_no,
        "manufactured_on": lot.manufactured_on,
        "expires_on": lot.expires_on,
        "storage_condition": storage_text(item),
        "udi": lot.di,
        "unit": item.base_unit,
    }
