"""What is known about a scan, put into words and addresses."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meridian.inventory.vocabulary import READ_TRACE, StockStatus
from meridian.items.vocabulary import Unit
from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.formats import number, quantity
from meridian.platform.screens.view import Text
from meridian.scanning.answers import LotCard, LotMoved, StockThere
from meridian.scanning.pages.hub_view import Known, KnownRow
from meridian.scanning.pages.view import zone_badge


def known(card: LotCard, reader: Reader) -> Known:
    """A lot with stock and movements, a place with what lies there, lots to choose from, or why nothing is known."""
    if card.lot_id is not None:
        return _lot(card, reader)
    if card.choices:
        rows = tuple(
            KnownRow(name=each.lot, note=" · ".join(filter(None, (each.item_name, _until(each.expires_on)))),
                     url=f"/inventory/lots/{each.lot_id}")
            for each in card.choices
        )  # fmt: skip
        return Known(text=card.text, rows=rows, rows_title=_("有几个批号相符，请选择"))
    if card.place_id is not None:
        problem = "" if card.stock else _("这里没有库存。")
        return Known(text=card.text, title=card.place, problem=problem, rows=tuple(map(_at_place, card.stock)),
                     rows_title=_("存放的货物") if card.stock else "")  # fmt: skip
    return Known(text=card.text, problem=card.problem or _("没有找到相关的单据、批号或货位。"))


def _lot(card: LotCard, reader: Reader) -> Known:
    facts: list[tuple[Text, str]] = []
    if card.expires_on is not None:
        facts.append((_("有效期至"), " · ".join(filter(None, (card.expires_on.isoformat(), _left(card.days_left))))))
    if card.manufactured_on is not None:
        facts.append((_("生产日期"), card.manufactured_on.isoformat()))
    if card.maker:
        facts.append((_("生产企业"), card.maker))
    links: list[tuple[Text, str]] = [(_("批次档案"), f"/inventory/lots/{card.lot_id}")]
    if reader.grants.allows(READ_TRACE.code):
        links.append((_("追溯"), f"/trace?lot={card.lot_id}"))
    stock = tuple(KnownRow(name=each.place, **_status(each), figure=_amount(each)) for each in card.stock)
    return Known(
        text=card.text,
        title=f"{card.item_name} {card.lot}",
        detail=card.item_detail,
        problem="" if stock else _("没有在库数量。"),
        blocks=card.blocks,
        facts=tuple(facts),
        rows=stock,
        rows_title=_("库存") if stock else "",
        moves=tuple(_move(each, card.unit, reader) for each in card.moves),
        links=tuple(links),
    )


def _at_place(each: StockThere) -> KnownRow:
    status = _status(each)
    return KnownRow(name=f"{each.item_name} {each.lot}", note=status["note"], tone=status["tone"],
                    figure=_amount(each), url=f"/inventory/lots/{each.lot_id}")  # fmt: skip


def _move(each: LotMoved, unit: str, reader: Reader) -> KnownRow:
    declared = registry.document_type(each.document_type)
    may_open = declared is not None and reader.may_read(declared)
    way = " → ".join(filter(None, (each.origin, each.target)))
    return KnownRow(
        name=f"{each.movement} {each.document_number}",
        note=" · ".join(filter(None, (each.day.isoformat(), way))),
        figure=quantity(each.quantity, str(_unit(unit))),
        url=addresses.page_url(declared, each.document_id) if declared is not None and may_open else "",
    )


def _status(each: StockThere) -> dict[str, str]:
    badge = zone_badge(each.status)
    label = StockStatus(each.status).label if each.status in StockStatus.values else each.status
    return {"note": str(badge.label if badge else label), "tone": badge.tone if badge else ""}


def _amount(each: StockThere) -> str:
    return quantity(each.quantity, str(_unit(each.unit)))


def _unit(unit: str) -> Text:
    return Unit(unit).label if unit in Unit.values else unit


def _until(day: date | None) -> str:
    return _("有效期至 %(day)s") % {"day": day.isoformat()} if day else ""


def _left(days: int | None) -> str:
    if days is None:
        return ""
    if days < 0:
        return ngettext("已过期 %(days)s 天", "已过期 %(days)s 天", -days) % {"days": number(-days)}
    return ngettext("余 %(days)s 天", "余 %(days)s 天", days) % {"days": number(days)}
