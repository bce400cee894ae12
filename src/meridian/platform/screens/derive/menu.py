"""The menu: areas in fixed order, under each the lists this person may read."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.view import Menu, MenuGroup, MenuItem, MenuLeaf, Text

if TYPE_CHECKING:
    from meridian.platform.screens.derive.reader import Reader

AREAS: tuple[tuple[str, Text, str, Text], ...] = (
    ("purchasing", _("采购"), "shopping-cart", _("业务")),
    ("warehouse", _("仓储"), "building-warehouse", _("业务")),
    ("quality", _("质量"), "shield-check", _("业务")),
    ("sales", _("销售"), "truck-delivery", _("业务")),
    ("finance", _("财务"), "receipt-yuan", _("业务")),
    ("trace", _("追溯"), "route", _("洞察与合规")),
    ("compliance", _("合规"), "scale", _("洞察与合规")),
    ("masters", _("主数据"), "database", _("基础")),
    ("system", _("系统"), "settings", _("基础")),
)
"""Area, words, icon, group of the menu."""

AREA_OF_MODULE = {
    "purchasing": "purchasing",
    "warehouse": "warehouse",
    "inventory": "warehouse",
    "inspection": "quality",
    "sales": "sales",
    "ledger": "finance",
    "items": "masters",
    "parties": "masters",
    "competence": "masters",
    "organization": "masters",
    "kernel": "quality",
}
"""Where a module's lists stand; any other module stands under the system."""


def leaves_of(reader: "Reader", path: str) -> dict[str, list[MenuLeaf]]:
    """The leaves of each area that the reader may open."""
    leaves: dict[str, list[MenuLeaf]] = {}
    for declared in registry.document_types.values():
        if reader.may_read(declared):
            url = addresses.list_url(declared)
            leaf = MenuLeaf(label=declared.label, url=url, is_current=path.startswith(url))
            leaves.setdefault(AREA_OF_MODULE.get(declared.module, "system"), []).append(leaf)
    for extra in provided().extra_leaves:
        has_post = not extra.posts or extra.posts & reader.grants.roles
        if has_post and (not extra.permission or reader.grants.allows(extra.permission)):
            leaf = MenuLeaf(label=extra.label, url=extra.url, is_current=path == extra.url)
            leaves.setdefault(extra.area, []).append(leaf)
    return leaves


def menu_of(reader: "Reader", path: str) -> Menu:
    """The whole menu; the area of the present page is open. No statements."""
    leaves = leaves_of(reader, path)
    home = MenuItem(label=_("工作台"), icon="layout-dashboard", url="/", is_current=path == "/")
    groups: dict[str, tuple[Text, list[MenuItem]]] = {}
    for area, label, icon, group in AREAS:
        entries = tuple(leaves.get(area, ()))
        if not entries:
            continue
        is_open = any(leaf.is_current for leaf in entries)
        item = MenuItem(label=label, icon=icon, url=entries[0].url, is_open=is_open, leaves=entries)
        groups.setdefault(str(group), (group, []))[1].append(item)
    first = MenuGroup(label="", items=(home,))
    return Menu(groups=(first, *(MenuGroup(label=label, items=tuple(items)) for label, items in groups.values())))
