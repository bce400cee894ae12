"""The menu: areas in fixed order, under each the lists this person may read."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language
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
    **dict.fromkeys(("warehouse", "inventory", "labels"), "warehouse"),
    **dict.fromkeys(("items", "parties", "competence", "organization"), "masters"),
    **dict.fromkeys(("inspection", "kernel", "quality", "alerts"), "quality"),
    **dict.fromkeys(("purchasing", "planning", "qualification"), "purchasing"),
    "sales": "sales",
    "ledger": "finance",
}
"""Where a module's lists stand; any other module stands under the system."""


def menu_of(reader: "Reader", path: str) -> Menu:
    """The whole menu; the area of the present page is open. No statements."""
    rights = frozenset(grant.permission for grant in reader.grants.grants)
    return _menu(rights, reader.grants.roles, _place(path), get_language())


def _place(path: str) -> str:
    """The list a record's page belongs to; any other page is its own place."""
    return "/".join(path.split("/")[:3]) + "/" if path.count("/") > 2 else path


@lru_cache(maxsize=1024)
def _menu(rights: frozenset[str], roles: frozenset[str], place: str, language: str | None) -> Menu:
    """The menu of everybody with these rights and posts, in one language: what it says hangs on nothing else."""
    del language
    leaves = _leaves(rights, roles, place)
    home = MenuItem(label=str(_("工作台")), icon="layout-dashboard", url="/", is_current=place == "/")
    groups: dict[str, list[MenuItem]] = {"": [home]}
    for area, label, icon, group in AREAS:
        entries = tuple(leaves.get(area, ()))
        if not entries:
            continue
        is_open = any(leaf.is_current for leaf in entries)
        item = MenuItem(label=str(label), icon=icon, url=entries[0].url, is_open=is_open, leaves=entries)
        groups.setdefault(str(group), []).append(item)
    return Menu(groups=tuple(MenuGroup(label=label, items=tuple(items)) for label, items in groups.items()))


def _leaves(rights: frozenset[str], roles: frozenset[str], place: str) -> dict[str, list[MenuLeaf]]:
    """The leaves of each area that may be opened."""
    leaves: dict[str, list[MenuLeaf]] = {}
    for declared in registry.document_types.values():
        if declared.permission("read") in rights:
            url = addresses.list_url(declared)
            leaf = MenuLeaf(label=str(declared.label), url=url, is_current=place == url)
            leaves.setdefault(AREA_OF_MODULE.get(declared.module, "system"), []).append(leaf)
    for extra in provided().extra_leaves:
        has_post = not extra.posts or extra.posts & roles
        if has_post and (not extra.permission or extra.permission in rights):
            leaf = MenuLeaf(label=str(extra.label), url=extra.url, is_current=place == extra.url)
            leaves.setdefault(extra.area, []).append(leaf)
    return leaves
