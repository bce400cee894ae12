"""What the palette is told by the floors above it: lots, barcodes, stock by status, persons."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.accounts.documents import AccessChangeDocument
from meridian.inventory.pages.stock_file import STOCK, STOCK_LIST
from meridian.inventory.queries.finding import NamedLot, lots_named, stock_of_items
from meridian.inventory.queries.lookup import Found, find_lots, is_scan
from meridian.inventory.reach import places_in_reach
from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import READ_STOCK, READ_TRACE, StockStatus
from meridian.items.documents import ItemDocument
from meridian.items.models import Item
from meridian.items.queries import item_by_di
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.models import User
from meridian.kernel.permission import COMPANY_SCOPE
from meridian.kernel.registry import registry
from meridian.platform.screens import formats
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Badge
from meridian.workspace.hits import EACH_MAX, Hit, marked, plain
from meridian.workspace.provided import Sources, provide_sources


def provide_palette() -> None:
    """Hands everything to the palette; called once when Django is ready."""
    provide_sources(
        Sources(
            scanned=scanned,
            lots=lots,
            persons=persons,
            stock=stock_words,
            stocked_type=ItemDocument.code,
            elsewhere=lots_address,
            lists={STOCK: STOCK_LIST},
        )
    )


def _today() -> date:
    return now().astimezone(registry.providers.company_zone()).date()


def lots_address(text: str) -> str:
    """The trace of the lots a search means; a barcode with a fault goes there too, to be told where it is wrong."""
    found = find_lots(text, today=_today())
    return f"/trace?{urlencode({'q': text})}" if found.lots or found.position is not None else ""


def scanned(text: str, reader: Reader) -> Hit | None:
    """The lot a barcode names, the choice among several, or what is wrong with it; None for what is no barcode."""
    if not (is_scan(text) and reader.grants.allows(READ_STOCK.code)):
        return None
    found = find_lots(text, today=_today())
    if len(found.lots) == 1:
        return _only_lot(found.lots[0].name, found.lots[0].id, reader)
    traces = any(grant.scope_kind == COMPANY_SCOPE for grant in reader.grants.of(READ_TRACE.code))
    if found.lots:
        label = _("条码对应 %(n)s 个批号或序列号") % {"n": len(found.lots)}
        return Hit(label=plain(label), url=f"/trace?{urlencode({'q': text})}" if traces else "", icon="route")
    return _item_of(found, text, reader) or Hit(label=plain(found.problem or ""), icon="alert-triangle")


def _only_lot(name: str, lot_id: UUID, reader: Reader) -> Hit | None:
    """The lot, where the reader has stock in reach."""
    found = [lot for lot in lots_named(name, places=places_in_reach(reader.grants), limit=EACH_MAX) if lot.id == lot_id]
    return _lot_hit(found[0], name) if found else Hit(label=plain(_("该批号不在您的数据范围内。")), icon="lock")


def _item_of(found: Found, text: str, reader: Reader) -> Hit | None:
    """The item of a device identifier that has no such lot."""
    known = item_by_di([text.zfill(14)]) if text.isdecimal() and len(text) <= 14 else {}
    if found.position is not None or not known or not reader.may_read(ItemDocument):
        return None
    number, name, key = Item.objects.values_list("number", "device_name", "pk").get(
        pk=next(iter(known.values())).item_id
    )
    return Hit(label=plain(name), note=plain(number), url=addresses.page_url(ItemDocument, key), icon="package")


def lots(text: str, reader: Reader) -> Sequence[Hit]:
    """Lots and serial numbers that hold a text, as far as the reader sees stock."""
    if not reader.grants.allows(READ_STOCK.code):
        return ()
    found = lots_named(text, places=places_in_reach(reader.grants), limit=EACH_MAX)
    return [_lot_hit(lot, text) for lot in found]


def _lot_hit(lot: NamedLot, typed: str) -> Hit:
    expired = lot.expires_on is not None and is_expired(lot.expires_on, _today())
    note = f"{lot.item_name} {lot.item_number}"
    if lot.expires_on is not None:
        note = f"{note} · {_('有效期至')} {lot.expires_on.isoformat()}"
    badge = None
    if expired or lot.is_blocked:
        badge = Badge(label=_("已过期") if expired else _("锁定"), tone="bad" if expired else "violet")
    return Hit(label=marked(lot.name, typed), url=f"/inventory/lots/{lot.id}", icon="package", note=plain(note),
               fact=_by_status(lot.stock) or _("无库存"), badge=badge)  # fmt: skip


def stock_words(item_ids: Sequence[UUID], reader: Reader) -> Mapping[UUID, str]:
    """“合格 128 · 待验 50”, as far as the reader sees stock."""
    if not reader.grants.allows(READ_STOCK.code):
        return {}
    found = stock_of_items(item_ids, places=places_in_reach(reader.grants))
    return {item: _by_status(stock) for item, stock in found.items()}


def _by_status(stock: Mapping[str, Decimal]) -> str:
    """Qualified first, then the others in the order of the list of statuses."""
    order = [StockStatus.QUALIFIED, *(each for each in StockStatus if each != StockStatus.QUALIFIED)]
    return " · ".join(f"{each.label} {formats.number(stock[each])}" for each in order if stock.get(each))


def persons(text: str, reader: Reader) -> Sequence[Hit]:
    """Persons of the company by name, initials or sign-in name, for those who may see who has access."""
    if not reader.may_read(AccessChangeDocument):
        return ()
    rows = User.objects.filter(company_id=current_company_id(), is_machine=False).order_by("username")
    hits = []
    for key, name, username, is_active in rows.values_list("pk", "name", "username", "is_active"):
        hit = Hit(
            label=marked(name, text), url=f"/people/{key}/", icon="user", note=marked(username, text),
            badge=None if is_active else Badge(label=_("已停用")),
        )  # fmt: skip
        if not text or any(part.is_marked for part in (*hit.label, *hit.note)):
            hits.append(hit)
    return hits
