"""How cold goods come to the demonstration company: in a box with a logger, whose file is added and read."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from meridian.kernel.clock import now
from meridian.organization.vocabulary import Role
from meridian.platform.attachments.files import Upload
from meridian.platform.attachments.keeping import attach
from meridian.site.demo.clockwork import ZONE
from meridian.site.demo.staff import Staff
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt
from meridian.warehouse.transit import read_transit_log

STEP = timedelta(minutes=5)
"""A logger under way writes at least every five minutes."""
UNDER_WAY = timedelta(hours=5)


def way(random: Random) -> dict[str, Any]:
    """What the receiver writes about the way of cold goods that arrive now."""
    return {
        "transport_mode": "carrier",
        "departed_at": (now() - UNDER_WAY).isoformat(),
        "arrival_celsius": f"{random.randint(38, 62) / 10}",
        "transport_unit": f"冷藏箱 LC-{random.randint(1, 12):02}",
    }


def read_log(staff: Staff, receipt: UUID, random: Random, *, warmest: str = "") -> None:
    """Adds the logger's file of a receipt's way and reads it; `warmest` is what it once rose to, if it did."""
    with staff.reading():
        row = GoodsReceipt.objects.get(pk=receipt)
    rows = ["设备编号,TL-30A", f"采样间隔,{STEP.seconds // 60} 分钟", "", "序号,时间,温度(℃),湿度(%RH)"]
    at = row.departed_at or row.created_at
    celsius = _course(random, warmest)
    for number in range(1, UNDER_WAY // STEP + 3):
        degrees = celsius[number % len(celsius)]
        rows.append(f"{number},{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S},{degrees},{random.randint(45, 60)}")
        at += STEP
    content = ("\r\n".join(rows) + "\r\n").encode("gb18030")
    file = Upload(f"{row.number}-TL30A.csv", content, hashlib.sha256(content).hexdigest())
    actor = staff.actor(Role.RECEIVER)
    read_transit_log(receipt, attach(GoodsReceiptDocument, receipt, file, actor=actor), actor=actor)


def _course(random: Random, warmest: str) -> Sequence[str]:
    usual = [f"{random.randint(32, 66) / 10}" for _each in range(UNDER_WAY // STEP + 2)]
    return [*usual[:20], warmest, *usual[21:]] if warmest else usual
