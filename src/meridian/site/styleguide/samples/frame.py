"""The sample shell: menu, user, clock, toasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from meridian.platform.screens.view import (
    BottomItem,
    Link,
    Menu,
    MenuGroup,
    MenuItem,
    MenuLeaf,
    Message,
    Shell,
    SimulatedClock,
    UserMenu,
)

TODAY = date(2026, 11, 23)
BASE = "/styleguide"
HASH = "9f3c71ae5b0d44c2a1e87f60d2b9c3588a6e1f0b7c4d92e35a08b6f1c7d204d2"
Language = Literal["zh-hans", "en"]
Theme = Literal["light", "dark", "system"]


def at(month: int, day: int, hour: int, minute: int) -> datetime:
    """An instant of 2026 given in UTC+8."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def menu(current: str) -> Menu:
    """The left menu; the module of `current` is open."""
    purchase = (("采购申请", 4), ("采购合同", 0), ("采购订单", 20), ("到货与收货", 3), ("供应商资质", 0))
    leaves = tuple(
        MenuLeaf(label=label, url=f"{BASE}/list", count=count, is_current=label == current) for label, count in purchase
    )
    is_open = any(leaf.is_current for leaf in leaves)

    def item(label: str, icon: str, url: str = f"{BASE}/") -> MenuItem:
        return MenuItem(label=label, icon=icon, url=url, is_current=label == current)

    first = (
        item("工作台", "layout-dashboard", f"{BASE}/home"),
        replace(item("待办", "checklist"), count=12),
        replace(item("预警", "alert-triangle"), count=7, is_urgent=True),
    )
    business = (
        MenuItem(label="采购", icon="shopping-cart", url=f"{BASE}/list", is_open=is_open, leaves=leaves),
        item("仓储", "building-warehouse"),
        item("质量", "shield-check"),
        item("销售", "truck-delivery"),
        item("财务", "receipt-yuan"),
    )
    insight = (item("追溯", "route", f"{BASE}/trace"), item("合规", "scale", f"{BASE}/trail"))
    base = (item("主数据", "database"), item("系统", "settings"))
    groups = (("", first), ("业务", business), ("洞察与合规", insight), ("基础", base))
    return Menu(groups=tuple(MenuGroup(label=label, items=items) for label, items in groups))


def shell(
    *, current: str = "", language: Language = "zh-hans", theme: Theme = "light", with_extras: bool = False
) -> Shell:
    """The frame; `with_extras` shows clock banner and toasts."""
    bottom = (
        ("工作台", "home", 0),
        ("待办", "checklist", 12),
        ("扫码", "scan", 0),
        ("预警", "bell", 7),
        ("我的", "user", 0),
    )
    messages = (
        Message(sentence="已保存 10:16:08"),
        Message(sentence="销售出库 XSCK-202611-0042 未放行：批号已过期", tone="bad"),
    )
    return Shell(
        menu=menu(current),
        user=UserMenu(name="林晓岚", role="质管员", links=(Link(label="我的账号与签名", url="#", icon="key"),)),
        today=TODAY,
        language=language,
        theme=theme,
        path=BASE,
        company="江南仁和",
        site="苏州一号库",
        scope_links=(Link(label="江南仁和 · 杭州二号库", url="#"),),
        bottom=tuple(
            BottomItem(label=label, icon=icon, url="#", is_current=label == current, count=count)
            for label, icon, count in bottom
        ),
        clock=SimulatedClock(now=at(11, 23, 10, 16)) if with_extras else None,
        is_demo=True,
        version="0.1",
        messages=messages if with_extras else (),
    )
