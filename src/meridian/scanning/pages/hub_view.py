"""What the hub shows: a tile for each task, and what is known about a scan. Pure, no statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meridian.platform.screens.formats import number
from meridian.platform.screens.view import Text
from meridian.scanning.answers import HubTile
from meridian.scanning.pages.view import HUB_URL, ICONS, task_url
from meridian.scanning.vocabulary import ScanTask

SHOWN_MAX = 5
"""Documents on a tile; the list has the rest."""
EMPTY: Mapping[ScanTask, Text] = {
    ScanTask.RECEIVE: gettext_lazy("没有待收的收货单。从采购订单生成。"),
    ScanTask.PUT_AWAY: gettext_lazy("没有待上架的上架单。"),
    ScanTask.MOVE: gettext_lazy("没有未完成的移库单。"),
    ScanTask.PICK: gettext_lazy("没有待拣的出库单。"),
    ScanTask.REVIEW: gettext_lazy("没有待复核的出库单。"),
}
BEGINS: Mapping[ScanTask, Text] = {
    ScanTask.PUT_AWAY: gettext_lazy("新建上架"),
    ScanTask.MOVE: gettext_lazy("新建移库"),
}
"""Tasks that begin on the hub itself; the others wait for a document made elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileDocument:
    """A document that waits."""

    number: str
    about: str
    lines: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePart:
    """One task. `rest` says how many documents are not shown; `new_url` begins a new one."""

    task: str
    label: Text
    icon: str
    waiting: str
    documents: tuple[TileDocument, ...]
    empty: Text
    rest: str = ""
    rest_url: str = ""
    new_url: str = ""
    new_label: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a scan on the hub means: words, facts, stock by place, movements; each row may lead somewhere."""

    text: str
    title: str = ""
    detail: str = ""
    problem: Text = ""
    blocks: tuple[Text, ...] = ()
    facts: tuple[tuple[Text, str], ...] = ()
    rows: tuple["KnownRow", ...] = ()
    rows_title: Text = ""
    moves: tuple["KnownRow", ...] = ()
    links: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """A row of what is known: two lines at the left, a figure at the right."""

    name: str
    note: str = ""
    tone: str = ""
    figure: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPage:
    """`scanning/hub.html`."""

    title: str
    tiles: tuple[TilePart, ...]
    key: str
    sites: tuple[tuple[str, str], ...] = ()
    """Key and name of each site a new document may belong to."""
    query: str = ""
    known: Known | None = None


def hub_page(
    tiles: Sequence[HubTile],
    *,
    key: str,
    list_urls: Mapping[ScanTask, str] | None = None,
    query: str = "",
    known: Known | None = None,
    sites: tuple[tuple[str, str], ...] = (),
) -> HubPage:
    """The hub of a person; `list_urls` lead to all documents of a task."""
    urls = list_urls or {}
    return HubPage(
        title=_("扫码作业"),
        tiles=tuple(_tile(tile, urls.get(tile.task, "")) for tile in tiles),
        key=key,
        query=query,
        known=known,
        sites=sites,
    )


def _tile(tile: HubTile, list_url: str) -> TilePart:
    shown = tile.documents[:SHOWN_MAX]
    left = tile.waiting - len(shown)
    documents = tuple(
        TileDocument(
            number=document.number,
            about=document.about,
            lines=ngettext("%(n)s 行", "%(n)s 行", document.lines) % {"n": number(document.lines)},
            url=task_url(tile.task, document.document_id),
        )
        for document in shown
    )
    return TilePart(
        task=str(tile.task),
        label=tile.task.label,
        icon=ICONS[tile.task],
        waiting=number(tile.waiting),
        documents=documents,
        empty=EMPTY[tile.task],
        rest=ngettext("还有 %(n)s 张", "还有 %(n)s 张", left) % {"n": number(left)} if left > 0 else "",
        rest_url=list_url if left > 0 else "",
        new_url=f"{HUB_URL}/{tile.task.replace('_', '-')}/new" if tile.task in BEGINS else "",
        new_label=BEGINS.get(tile.task, ""),
    )
