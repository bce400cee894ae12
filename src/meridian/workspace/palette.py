"""The command palette: what a text finds, in sections of fixed order; what each prefix narrows it to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.kernel.models import Store
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.columns import state_badge
from meridian.platform.screens.derive.menu import AREA_OF_MODULE, AREAS, menu_of
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.derive.shell import store_kind
from meridian.workspace import open_record
from meridian.workspace.hits import EACH_MAX, Hit, HitSection, Part, marked, marked_by_spelling, plain
from meridian.workspace.provided import sources
from meridian.workspace.records import (
    BY_CODE,
    EXACT,
    FRAGMENT,
    FoundMaster,
    FoundRecord,
    find_masters,
    find_records,
)

ACTIONS, DOCUMENTS, PERSONS, LOTS = ">", "#", "@", "="
NEW_SHOWN = 4
"""Actions offered before anything is typed."""
_ICONS = {area: icon for area, _label, icon, _group in AREAS}


@dataclass(frozen=True)
class Asked:
    """What stands in the palette, where it was opened, and which records were opened lately in this browser."""

    text: str
    reader: Reader
    recent: Sequence[UUID] = ()
    path: str = "/"

    @property
    def mode(self) -> str:
        """The prefix, if there is one."""
        return self.text[:1] if self.text[:1] in (ACTIONS, DOCUMENTS, PERSONS, LOTS) else ""

    @property
    def words(self) -> str:
        """The text without its prefix."""
        return self.text[len(self.mode) :].strip()

    @property
    def module(self) -> str:
        """The module whose page is open."""
        return self.path.split("/")[1] if self.path.startswith("/") else ""


def sections(asked: Asked) -> list[HitSection]:
    """What is found, empty sections left out. A fixed number of statements, whatever is found."""
    found = _by_mode(asked) if asked.mode else _everything(asked)
    return [HitSection(each.name, each.label, tuple(each.hits)[:EACH_MAX]) for each in found if each.hits]


def _by_mode(asked: Asked) -> list[HitSection]:
    if asked.mode == ACTIONS:
        return [_actions(asked), _menu(asked), _help(asked)]
    if asked.mode == PERSONS:
        return [HitSection("persons", _("人员"), sources().persons(asked.words, asked.reader))]
    if asked.mode == LOTS:
        return list(_lots_and_scan((), asked))
    found = find_records(asked.words, asked.reader, asked.recent)
    wanted = found if not asked.words else [row for row in found if row.rank in (EXACT, FRAGMENT)]
    return [HitSection("documents", _("单据"), [_record(row, asked.words) for row in wanted])]


def _everything(asked: Asked) -> list[HitSection]:
    found = find_records(asked.words, asked.reader, asked.recent)
    if not asked.words:
        recent = [_record(row, "") for row in found]
        return [HitSection("recent", _("最近"), recent), _actions(asked), _help(asked)]
    exact = [row for row in found if row.rank == EXACT]
    lately = [row for row in found if row.rank != EXACT and row.id in asked.recent and _holds(row, asked.words)]
    shown = {row.id for row in (*exact, *lately)}
    masters = [
        row for row in find_masters(asked.words, asked.reader, asked.recent, asked.module) if row.id not in shown
    ]
    others = [row for row in found if row.rank == FRAGMENT and row.id not in shown]
    others.sort(key=lambda row: row.declared.module != asked.module)
    direct, lots = _lots_and_scan(exact, asked)
    return [
        direct,
        HitSection("recent", _("最近"), [_record(row, asked.words) for row in lately]),
        HitSection("masters", _("主数据"), _masters(masters, asked)),
        lots,
        HitSection("documents", _("单据"), [_record(row, asked.words) for row in others]),
        _actions(asked),
        _menu(asked),
        _help(asked),
    ]


def _holds(row: FoundRecord, words: str) -> bool:
    return words.lower() in f"{row.number} {row.about}".lower()


def _lots_and_scan(exact: Sequence[FoundRecord], asked: Asked) -> tuple[HitSection, HitSection]:
    """What Enter opens at once (a whole document number, a barcode, a whole lot or serial number), and other lots."""
    direct = [_record(row, asked.words) for row in exact]
    if not direct and asked.words:
        scanned = sources().scanned(asked.words, asked.reader)
        direct = [scanned] if scanned is not None else []
    lots = list(sources().lots(asked.words, asked.reader)) if asked.words and not direct else []
    whole = [hit for hit in lots if "".join(part.text for part in hit.label).upper() == asked.words.upper()]
    if len(whole) == 1:
        direct, lots = whole, [hit for hit in lots if hit is not whole[0]]
    return HitSection("direct", _("直达"), direct), HitSection("lots", _("批号与序列号"), lots)


def icon_of(declared: AnyDocumentType) -> str:
    """The icon of the area a type's lists stand in."""
    return _ICONS[AREA_OF_MODULE.get(declared.module, "system")]


def _record(row: FoundRecord, words: str) -> Hit:
    number = marked(row.number, words)
    return Hit(
        label=(*plain(f"{row.declared.label} "), *number),
        url=addresses.page_url(row.declared, row.id),
        icon=icon_of(row.declared),
        note=marked(row.about, words),
        badge=state_badge(row.declared, row.state),
    )


def _masters(rows: Sequence[FoundMaster], asked: Asked) -> list[Hit]:
    stocked = [row.id for row in rows if row.declared.code == sources().stocked_type]
    stock = sources().stock(stocked, asked.reader) if stocked else {}
    return [_master(row, asked.words, stock.get(row.id, "")) for row in rows]


def _master(row: FoundMaster, words: str, stock: str) -> Hit:
    number = marked(row.number, words) if row.rank == BY_CODE else plain(row.number)
    note: tuple[Part, ...] = number
    if row.note:
        note = (*number, Part(" · "), *marked(row.note, words))
    return Hit(
        label=marked_by_spelling(row.name, words, row.spellings),
        url=addresses.page_url(row.declared, row.id),
        icon="package" if row.declared.code == sources().stocked_type else icon_of(row.declared),
        note=note,
        fact=stock,
        badge=None if stock else state_badge(row.declared, row.state),
    )


def _matching(hits: Iterable[tuple[str, Hit]], words: str) -> list[Hit]:
    """Hits whose words hold what was typed, or begin with it as initials; all of them while nothing is typed."""
    if not words:
        return [hit for _label, hit in hits]
    return [hit for label, hit in hits if any(part.is_marked for part in marked(label, words))]


def _actions(asked: Asked) -> HitSection:
    """What may be done with the record that is open, then what the reader may begin, then the demo's other roles."""
    here = open_record.actions_on(asked.path, asked.reader)
    offered = [(action.words, Hit(label=marked(action.words, asked.words), url=action.url, icon=action.icon,
                                  note=plain(action.number))) for action in here]  # fmt: skip
    begun = [
        (label, Hit(label=marked(label, asked.words), url=addresses.new_url(each), icon="plus"))
        for each in sorted(registry.document_types.values(), key=lambda each: each.module != asked.module)
        if each.creatable and asked.reader.may_draft(each)
        for label in [_("新建%(type)s") % {"type": each.label}]
    ]
    switch = _("切换角色")
    others = [(switch, Hit(label=marked(switch, asked.words), url="/sign-in?switch=1", icon="users"))]
    found = _matching([*offered, *begun, *(others if store_kind() is Store.Kind.DEMO else ())], asked.words)
    return HitSection("actions", _("操作"), found if asked.text else found[: max(NEW_SHOWN, len(offered))])


def _menu(asked: Asked) -> HitSection:
    """The lists and pages of the reader's menu."""
    leaves = [
        (leaf.label, Hit(label=marked(leaf.label, asked.words), url=leaf.url, icon=item.icon, note=plain(item.label)))
        for group in menu_of(asked.reader, asked.path).groups
        for item in group.items
        for leaf in item.leaves
    ]
    return HitSection("menu", _("菜单"), _matching(((str(label), hit) for label, hit in leaves), asked.words))


def _help(asked: Asked) -> HitSection:
    label = _("快捷键")
    keys = Hit(label=marked(label, asked.words), dialog="keys", icon="help-circle", keys=("?",))
    return HitSection("help", _("帮助"), _matching([(label, keys)], asked.words))
