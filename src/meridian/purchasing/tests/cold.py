"""Cold deliveries for tests: a place that is cold, a logger's file, and both given to a receipt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.organization.models import Place
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.platform.attachments.files import checked
from meridian.platform.attachments.keeping import attach
from meridian.purchasing.tests.inbound import Inbound, new_inbound
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt
from meridian.warehouse.transit import read_transit_log

COLD = {
    "is_cold_chain": True, "storage_condition": "refrigerated", "temperature_celsius_min": "2.0",
    "temperature_celsius_max": "8.0",
}  # fmt: skip
HOURS = timedelta(hours=3)
"""How long a delivery is under way."""
SHANGHAI = ZoneInfo("Asia/Shanghai")


def cold_inbound() -> Inbound:
    """A company that buys a syringe kept at 2–8 ℃."""
    return new_inbound(**COLD)


def cold_place(company: CompanyForTests, zone: ZoneKind = ZoneKind.PENDING, code: str = "DY-LC") -> UUID:
    """A bin kept at 2–8 ℃ in the zone of a kind."""
    set_up = company.set_up
    with company.scope(), open_act(set_up.system):
        made: Place = Place.objects.create(
            site_id=set_up.site_id, parent_id=set_up.places[zone], kind="bin", zone_kind=zone, code=code, name="冷藏位",
            company_id=company.company_id, temperature_celsius_min=Decimal(2), temperature_celsius_max=Decimal(8),
        )  # fmt: skip
        return made.pk


def log_text(since: datetime, until: datetime, celsius: Sequence[str] = ("5.0",), step: int = 300) -> str:
    """A logger's file from one instant to another, the temperatures over and over, a reading each `step` seconds."""
    rows, at = ["时间,温度(℃)"], since
    while at < until + timedelta(seconds=step):
        rows.append(f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S},{celsius[(len(rows) - 1) % len(celsius)]}")
        at += timedelta(seconds=step)
    return "\n".join(rows)


def cold_receipt(
    inbound: Inbound, quantity: str = "10", *, place: UUID | None = None, order: UUID | None = None, **fields: Any
) -> UUID:
    """A draft receipt of cold goods that left three hours ago, its log not read yet."""
    way = {
        "departed_at": (now() - HOURS).isoformat(), "arrival_celsius": "5.1", "transport_unit": "冷藏箱 LC-07",
        "place": place or cold_place(inbound.company),
    }  # fmt: skip
    return inbound.receipt(order or inbound.order(quantity), [inbound.line(quantity)], **{**way, **fields})


def attached(inbound: Inbound, receipt: UUID, text: str | bytes, name: str = "TL-01.csv") -> UUID:
    """A file attached by the receiver."""
    content = text.encode() if isinstance(text, str) else text
    file = checked(SimpleUploadedFile(name, content))
    return attach(GoodsReceiptDocument, receipt, file, actor=inbound.company.actors[Role.RECEIVER])


def read(inbound: Inbound, receipt: UUID, attachment: UUID) -> UUID:
    """The receiver reads an attached file."""
    return read_transit_log(receipt, attachment, actor=inbound.company.actors[Role.RECEIVER])


def way_of(inbound: Inbound, receipt: UUID) -> tuple[datetime, datetime]:
    """Departure and arrival of a receipt."""
    with inbound.company.scope():
        row = GoodsReceipt.objects.get(pk=receipt)
    if row.departed_at is None or row.arrived_at is None:
        raise LookupError(f"{row.number} names no way")
    return row.departed_at, row.arrived_at


def logged(inbound: Inbound, receipt: UUID, celsius: Sequence[str] = ("5.0",), step: int = 300) -> UUID:
    """A log of the whole way, attached and read."""
    text = log_text(*way_of(inbound, receipt), celsius=celsius, step=step)
    return read(inbound, receipt, attached(inbound, receipt, text))
