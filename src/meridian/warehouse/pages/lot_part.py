"""The temperatures on a lot's way here, as a part of its page."""

from django.utils.translation import gettext as _

from meridian.inventory.lot_file import ROWS_MAX, LotFile, document_cell, grid_of
from meridian.platform.screens.view import Badge, Cell, Column, LineGrid, Row
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import TransitLog


def temperatures(file: LotFile) -> LineGrid:
    """What the loggers of its deliveries said, the newest reading first; one statement."""
    columns = (
        Column(name="document", label=_("收货单"), kind="id", phone="title"),
        Column(name="readings", label=_("在途读数"), kind="number"),
        Column(name="lowest", label=_("最低温度"), kind="number"),
        Column(name="highest", label=_("最高温度"), kind="number"),
        Column(name="limits", label=_("温度限度"), phone="sub"),
        Column(name="verdict", label=_("结果"), kind="badge", phone="status"),
        Column(name="file", label=_("附件"), phone="sub"),
        Column(name="at", label=_("读取时间"), kind="datetime"),
    )
    receipts = [key for code, key in file.documents if code == GoodsReceiptDocument.code and key in file.records]
    rows = []
    for log in TransitLog.objects.filter(receipt_id__in=receipts).order_by("-pk")[:ROWS_MAX]:
        is_within = not log.out_of_range
        word = _("未超限") if is_within else _("超限 %(n)s 次") % {"n": log.out_of_range}
        low, high = ("—" if each is None else f"{each.normalize():f}" for each in (log.low_limit, log.high_limit))
        cells = (
            document_cell(file, GoodsReceiptDocument.code, log.receipt_id),
            Cell(kind="number", value=log.readings),
            Cell(kind="number", value=log.lowest, unit="℃"),
            Cell(kind="number", value=log.highest, unit="℃"),
            Cell(value=f"{low}～{high} ℃"),
            Cell(kind="badge", badge=Badge(label=word, tone="ok" if is_within else "bad")),
            Cell(value=log.file_name),
            Cell(kind="datetime", value=log.at, note=log.read_by_name),
        )
        rows.append(Row(key=str(log.pk), cells=cells))
    return grid_of(columns, rows, _("它的到货没有温度记录"))
