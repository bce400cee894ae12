"""The sample list of purchase orders and its empty states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from meridian.platform.screens.view import (
    Action,
    Badge,
    Cell,
    Chip,
    Column,
    EmptyState,
    Filter,
    GateCount,
    Link,
    ListPage,
    Option,
    Pager,
    Progress,
    Row,
    Tag,
    Tone,
    Total,
    ViewTab,
)

from .frame import BASE, TODAY

COLUMNS = (
    Column(name="number", label="单据编号", kind="id", phone="title", is_pinned=True, sort_url=f"{BASE}/list"),
    Column(name="supplier", label="供应商", phone="sub"),
    Column(name="summary", label="摘要", phone="sub", width="wide"),
    Column(name="amount", label="含税金额", kind="money"),
    Column(name="received", label="到货", kind="progress"),
    Column(name="due", label="交期", kind="due", sort="ascending", sort_url=f"{BASE}/list"),
    Column(name="gate", label="前置条件", kind="gate"),
    Column(name="status", label="状态", kind="badge", phone="status"),
    Column(name="buyer", label="采购员", phone="hidden"),
)
CLASS_3 = Tag(label="III类")
COLD = Tag(label="", icon="snowflake", title="冷链 2–8 ℃")


class Order(NamedTuple):
    """A line of the sample table; `received` is “done/total”."""

    serial: str
    supplier: str
    quality: Tone
    summary: str
    amount: str
    received: str
    due: date
    gate: tuple[int, int] | None
    status: str
    buyer: str
    tags: tuple[Tag, ...] = ()


TABLE = """
0097 | 杭州澜海生物材料 | ok | 医用 PVC 粒料 PVC-6201 | 186400 | 2.0/5.0 | 11-18 | | 部分到货 | 陈思远 |
0103 | 常州恒瑞包装材料 | ok | 吸塑盒、透析纸 2 行 | 48260 | 0/60000 | 11-21 | | 已下达 | 吴倩 |
0119 | 苏州启明介入医疗器械 | ok | 冠脉球囊扩张导管等 5 行 | 412800 | 87/180 | 11-23 | | 部分到货 | 陈思远 | III
0121 | 上海康泽医用耗材 | warn | 静脉留置针 24G | 73500 | 0/15000 | 11-26 | | 已下达 | 吴倩 |
0122 | 宁波海曙医用高分子 | warn | 聚碳酸酯接头 4 行 | 129360 | | 11-27 | 3/6 | 待审批 | 何俊 |
0124 | 无锡诺尔生物试剂 | ok | 糖化血红蛋白测定试剂盒 | 88920 | 0/520 | 11-28 | | 已下达 | 吴倩 | cold
0125 | 深圳精测仪器 | ok | 环氧乙烷残留检测标准品 | 16800 | | 11-30 | 5/5 | 待审批 | 何俊 |
0126 | 苏州启明介入医疗器械 | ok | 造影导管 5F、导引导丝 | 238600 | 0/900 | 12-02 | | 已下达 | 陈思远 | III
0127 | 北京瑞康医学检验 | ok | 第三方无菌检验服务 | 36000 | | 12-04 | 4/4 | 待审批 | 何俊 |
0128 | 苏州启明介入医疗器械 | ok | 药物洗脱冠脉支架系统等 6 行 | 1156000 | | 12-05 | 4/6 | 待复核 | 陈思远 | III cold
0129 | 常州恒瑞包装材料 | ok | 医用纸塑袋 150×300 | 54000 | 0/90000 | 12-06 | | 已下达 | 吴倩 |
0131 | 上海康泽医用耗材 | warn | 无菌注射针 0.5×16 | 67200 | | 12-09 | 4/6 | 待审批 | 吴倩 |
0132 | 无锡诺尔生物试剂 | ok | 质控品 高低值套装 | 45360 | | 12-10 | 6/6 | 待审批 | 吴倩 | cold
0134 | 东莞创锐模具 | bad | 注射器外套模具 32 腔 | 680000 | | 12-15 | 2/5 | 待审批 | 何俊 |
0136 | 深圳精测仪器 | ok | 激光粒度仪 年度校准 | 28500 | | 12-18 | 5/5 | 待审批 | 何俊 |
"""
QUALITY: dict[str, Tone] = {"ok": "ok", "warn": "warn", "bad": "bad"}
TAGS = {"III": CLASS_3, "cold": COLD}


def _order(line: str) -> Order:
    """One line of the table."""
    serial, supplier, quality, summary, amount, received, due, gate, status, buyer, tags = map(
        str.strip, line.split("|")
    )
    met, _, total = gate.partition("/")
    month, _, day = due.partition("-")
    return Order(
        serial=serial,
        supplier=supplier,
        quality=QUALITY[quality],
        summary=summary,
        amount=amount,
        received=received,
        due=date(2026, int(month), int(day)),
        gate=(int(met), int(total)) if total else None,
        status=status,
        buyer=buyer,
        tags=tuple(TAGS[name] for name in tags.split()),
    )


ORDERS = tuple(_order(line) for line in TABLE.strip().splitlines())
QUALITY_WORDS = {"ok": "资质有效", "warn": "许可证 45 天后到期", "bad": "不在合格名录"}


def order_row(order: Order, copy: int = 0) -> Row:
    """A list row; `copy` keeps keys apart when rows repeat."""
    done, _, total = order.received.partition("/")
    late: Tone = "bad" if order.due < TODAY else "info"
    bar = Progress(done=Decimal(done), total=Decimal(total), label=order.received, tone=late) if total else None
    gate = GateCount(met=order.gate[0], total=order.gate[1], ready="可审批") if order.gate else None
    tone: Tone = "violet" if order.status.startswith("待") else "info"
    cells = (
        Cell(kind="id", value=f"CGDD-202611-{order.serial}", url=f"{BASE}/document"),
        Cell(value=order.supplier, dot=order.quality, dot_title=QUALITY_WORDS[order.quality]),
        Cell(value=order.summary, tags=order.tags),
        Cell(kind="money", value=Decimal(order.amount)),
        Cell(kind="progress", progress=bar),
        Cell(kind="due", value=order.due),
        Cell(kind="gate", gate=gate),
        Cell(kind="badge", badge=Badge(label=order.status, tone=tone)),
        Cell(value=order.buyer),
    )
    return Row(key=f"{copy}-{order.serial}", cells=cells, url=f"{BASE}/document")


def order_list(rows: int = 20) -> ListPage:
    """The list with `rows` rows, repeating the sample orders."""
    views = (("全部", 312), ("进行中", 20), ("待我处理", 5), ("逾期未到货", 2), ("本月下达", 41), ("已关闭", 292))
    statuses = ("待审批", "已下达", "部分到货", "已完成")
    choices = tuple(Option(value=str(n), label=label, is_selected=n < 3) for n, label in enumerate(statuses))
    return ListPage(
        title="采购订单",
        url=f"{BASE}/list",
        columns=COLUMNS,
        rows=tuple(order_row(ORDERS[n % len(ORDERS)], n) for n in range(rows)),
        views=tuple(
            ViewTab(label=label, url=f"{BASE}/list", count=count, is_current=n == 1)
            for n, (label, count) in enumerate(views)
        ),
        search_hint="单号 / 供应商 / 物料 / 助记码",
        chips=(
            Chip(label="状态", value="待审批、已下达、部分到货", remove_url=f"{BASE}/list"),
            Chip(label="交期", value="未来 30 天", remove_url=f"{BASE}/list"),
        ),
        filters=(
            Filter(name="status", label="状态", options=choices),
            Filter(name="due", label="交期", kind="day_range"),
            Filter(name="buyer", label="采购员", kind="text"),
        ),
        primary=Action(name="new", label="新建订单", url=f"{BASE}/edit", kind="primary", method="get", icon="plus"),
        secondary=(Action(name="export", label="导出 Excel", url="#", method="get", icon="download"),),
        links=(Link(label="生命周期", url=f"{BASE}/lifecycle", icon="sitemap"),),
        total_count=312,
        count_unit="张",
        totals=(
            Total(label="合计", value=Decimal("4061020.00"), kind="money", unit="¥"),
            Total(label="待审批", value=Decimal("2382720.00"), kind="money", unit="¥"),
        ),
        pager=Pager(label=f"1–{rows}", next_url=f"{BASE}/list"),
    )


def empty_lists() -> tuple[EmptyState, ...]:
    """The three reasons for no rows."""
    new = Link(label="新建订单", url="#", icon="plus")
    return (
        EmptyState(kind="first_use", title="还没有采购订单", sentence="订单告诉供应商要什么、何时要。", links=(new,)),
        EmptyState(
            kind="no_match",
            title="没有符合条件的订单",
            sentence="筛选“交期：未来 30 天”排除得最多。",
            links=(Link(label="清除筛选", url="#"),),
        ),
        EmptyState(kind="no_permission", title="看不到采购订单", sentence="你的角色没有查看权限，可向采购经理申请。"),
    )


def empty_list() -> ListPage:
    """The list when no row matches."""
    return replace(order_list(0), rows=(), total_count=0, empty=empty_lists()[1])
