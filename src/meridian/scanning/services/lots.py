"""Which lots of the house a scan means, or why it means none."""

from collections.abc import Sequence

from meridian.inventory.models import Lot
from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.kernel.messages import message
from meridian.scanning.queries.goods import Goods, lots_of
from meridian.scanning.services.taking import stop


def lots_meant(goods: Goods) -> Sequence[Lot]:
    """The lots goods may be of, the same number by several makers too; the barcode's expiry is that of the lot.

    Raises Refused (422) `scan_unreadable`, `scan_unknown`, `scan_incomplete`, `scan_lot_unknown`, `scan_matches_line`.
    """
    scan, lots = goods.scan, lots_of(goods)
    if not lots:
        raise _unknown(goods)
    same = [lot for lot in lots if scan.expires_on is None or lot.expires_on == scan.expires_on]
    if not same:
        known = lots[0].expires_on or "—"
        raise stop("scan_matches_line", message("批号 {lot}：条码有效期至 {scanned}，登记的是 {known}。",
                                                lot=goods.lot_name, scanned=scan.expires_on, known=known))  # fmt: skip
    return same


def _unknown(goods: Goods) -> Exception:
    scan = goods.scan
    if not scan.is_read:
        position = "—" if scan.position is None else scan.position + 1
        return stop("scan_unreadable", message("条码无法识别：{reason}（第 {position} 位）", reason=scan.refusal,
                                               position=position))  # fmt: skip
    if goods.item is None:
        return stop("scan_unknown", message("产品标识 {di} 未登记在任何物料下。", di=scan.di or "—"))
    if not (scan.lot_no or scan.serial_no):
        return stop("scan_incomplete", message("条码没有生产批号或序列号，请扫包含批号的条码。"))
    return stop("scan_lot_unknown", message("{item} 没有批号 {lot}。", item=goods.item.number, lot=goods.lot_name))


def item_of_lot(goods: Goods, lot: Lot) -> ItemVerdict:
    """The item of a lot: the one the barcode names, else the lot's own."""
    return goods.item or item_verdicts([lot.item_id], frozenset())[lot.item_id]
