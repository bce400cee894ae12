"""Sample edit form, merge, trace, lifecycle, trail, home, sign-in and message pages."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from meridian.inventory.pages.trace_page import TracePage
from meridian.platform.screens.graph import Connection, Layer, layered
from meridian.platform.screens.view import (
    ActionPage,
    Badge,
    Cell,
    Column,
    Crumb,
    Fact,
    GateCount,
    Graph,
    GraphNode,
    HomePage,
    KeyValue,
    LineGrid,
    Link,
    MessagePage,
    Note,
    Row,
    Tile,
    Todo,
    TrailPage,
)
from meridian.site.entrance.view import DemoRole, SignInPage
from meridian.site.operations.lifecycle import LifecycleGate, LifecyclePage, LifecycleTransition

from .documents import NUMBER, gate, order, trail
from .frame import BASE


def trace_graph() -> Graph:
    """A supplier's lot through production to four customers."""

    def node(key: str, text: str, kind: str = "plain") -> GraphNode:
        base = GraphNode(key=key, title=key, text=text, url="#")
        kinds = {
            "source": replace(base, kind="source"),
            "affected": replace(base, kind="affected"),
            "held": replace(base, kind="held"),
            "focus": replace(base, kind="focus"),
        }
        return kinds.get(kind, base)

    materials = (
        node("PP 粒料 0822-3", "杭州澜海 142 kg"),
        node("活塞 XJ-260810", "宁波海曙 20,120", "source"),
        node("针管 ZG-260805", "温州恒钢 20,300"),
        node("硅油 GY-2607", "上海康泽 3.1 kg"),
    )
    shipped = (
        node("CK-2609-0118", "09-22 · 8,000", "affected"),
        node("CK-2609-0133", "09-28 · 6,000", "affected"),
        node("CK-2610-0042", "10-14 · 4,500", "affected"),
        node("A-05-02 在库", "1,488 · 已冻结", "held"),
    )
    customers = (
        node("苏州澄湖医院", "8,000 支", "affected"),
        node("无锡梁溪供应链", "6,000 支", "affected"),
        node("南通江海医院", "3,000 支", "affected"),
        node("杭州西溪门诊", "1,500 支", "affected"),
    )
    layers = (
        Layer(label="原料与包材批", nodes=materials),
        Layer(label="生产", nodes=(node("GD-2609-0301", "注塑组装 20,120", "affected"),)),
        Layer(label="灭菌", nodes=(node("EO-2609-07", "2# 柜 · 解析 7 天", "affected"),)),
        Layer(label="成品批", nodes=(node("260901A", "20,000 · 已放行", "focus"),)),
        Layer(label="出库 / 在库", nodes=shipped),
        Layer(label="客户", nodes=customers),
    )
    pairs = [(each.key, "GD-2609-0301") for each in materials]
    pairs += [("GD-2609-0301", "EO-2609-07"), ("EO-2609-07", "260901A")]
    pairs += [("260901A", each.key) for each in shipped]
    pairs += [(shipped[n].key, customers[n].key) for n in range(3)] + [(shipped[2].key, customers[3].key)]
    plain = {each.key for each in materials if each.kind == "plain"}
    return layered(layers, [Connection(source=a, target=b, is_affected=a not in plain) for a, b in pairs])


def trace_table() -> LineGrid:
    """Where the lot went, as a table."""
    return LineGrid(
        columns=(
            Column(name="customer", label="客户", phone="title"),
            Column(name="document", label="出库单", kind="id"),
            Column(name="quantity", label="数量", kind="quantity"),
            Column(name="notice", label="通知", kind="badge", phone="status"),
        ),
        rows=tuple(
            Row(
                key=name,
                cells=(
                    Cell(value=name, strong=True),
                    Cell(kind="id", value=document, url="#"),
                    Cell(kind="quantity", value=Decimal(quantity), unit="支"),
                    Cell(kind="badge", badge=Badge(label="待发送", tone="violet")),
                ),
            )
            for name, document, quantity in (
                ("苏州澄湖医院", "CK-2609-0118", 8000),
                ("无锡梁溪医疗供应链", "CK-2609-0133", 6000),
            )
        ),
        note="与上图等价，可导出",
    )


def trace_summary() -> tuple[Fact, ...]:
    """Produced, gone, at hand."""
    return (
        Fact(
            label="成品批",
            value="一次性使用无菌注射器 5 ml · 260901A",
            note="生产 2026-09-01 · 有效期至 2029-08-31",
        ),
        Fact(label="受影响数量", value=Decimal(20000), kind="quantity", unit="支", note="来自活塞批 XJ-260810"),
        Fact(label="已发出", value=Decimal(18500), kind="number", tone="bad", note="4 家客户 · 3 张出库"),
        Fact(label="在库", value=Decimal(1488), kind="number", note="已自动冻结 10:02", note_tone="violet"),
        Fact(label="留样", value=Decimal(12), kind="number", note="留样室 B-1"),
        Fact(label="追溯用时", value=Decimal("0.8"), kind="quantity", unit="秒", note="平衡核对 100%"),
    )


def trace_page() -> TracePage:
    """The full trace of a syringe lot after a supplier's notice."""
    return TracePage(
        url=f"{BASE}/trace",
        query="260901A",
        directions=(
            ("反查来源", "?direction=back", False),
            ("正查去向", "?direction=forward", False),
            ("全链", "?", True),
        ),
        summary=trace_summary(),
        graph=trace_graph(),
        legend=(Badge(label="受影响路径", tone="bad"),),
        selected_title="橡胶活塞 XJ-260810",
        selected_badge=Badge(label="供应商通报", tone="bad"),
        selected=(
            KeyValue(label="供应商", value="宁波海曙医用高分子"),
            KeyValue(label="收货", value="SH-202608-0019 · 08-12"),
            KeyValue(label="检验", value="JY-202608-0027 合格"),
            KeyValue(label="通报", value="硅油迁移超标，11-23 09:50"),
        ),
        selected_note=Note(
            sentence="同批活塞还投入 0 张其他工单；结存 4,880 个，已冻结。", tone="warn", icon="alert-triangle"
        ),
        tables=(("去向明细", trace_table()),),
        exports=(Link(label="追溯报告", url="#", icon="download"),),
    )


def lifecycle_page() -> LifecyclePage:
    """The shipment's lifecycle."""
    draft, picked = Badge(label="草稿"), Badge(label="已拣货", tone="info")
    shipped, void = Badge(label="已发运", tone="ok"), Badge(label="作废")
    return LifecyclePage(
        title="销售出库 · 生命周期",
        code="shipment",
        states=(draft, picked, shipped, void),
        transitions=(
            LifecycleTransition(
                name="pick", label="拣货", sources=(draft,), target=picked, roles=("拣货员",), gates=("has_lines",)
            ),
            LifecycleTransition(
                name="ship",
                label="发运",
                sources=(picked,),
                target=shipped,
                roles=("发运员", "质管员"),
                gates=("lot_released", "lot_not_expired"),
                differs_from=("拣货",),
                meaning="复核放行",
                effect="库存出库，结转成本",
            ),
            LifecycleTransition(
                name="void", label="作废", sources=(draft, picked), target=void, roles=("发运员",), reason_required=True
            ),
        ),
        gates=(
            LifecycleGate(
                code="lot_not_expired",
                kind="must",
                sentence="每个批号在站点当日仍在有效期内",
                law="ISO 13485:2016 7.5.11",
                origin="inventory",
                source="inventory/rules.py:41",
            ),
            LifecycleGate(
                code="lot_released",
                kind="must",
                sentence="每个批号已检验放行",
                law="规范 第 65 条",
                waivable_by="质量负责人",
            ),
        ),
        approvals="审批：未登记，无需审批",
        retention="保存期：有效期后 2 年，不少于 5 年",
        crumbs=(Crumb(label="销售出库", url="#"), Crumb(label="生命周期")),
    )


def trail_page() -> TrailPage:
    """The audit trail with a verified proof."""
    return TrailPage(
        title="审计追踪",
        url=f"{BASE}/trail",
        rows=trail(),
        proof=Badge(label="链完整 · 已校验 10:15", tone="ok"),
        proof_url="#",
        exports=(Link(label="导出证据包", url="#", icon="download"),),
    )


def home_todos() -> tuple[Todo, ...]:
    """What waits for her."""
    money = Cell(kind="money", value=Decimal("1156000"), unit="¥")
    return (
        Todo(
            label=f"复核采购订单 {NUMBER}",
            url="#",
            context="苏州启明介入 · 支架系统等 6 行",
            icon="user-check",
            tone="violet",
            gate=GateCount(met=4, total=6),
            figure=money,
            due_text="今天 11:30",
        ),
        Todo(
            label="批放行：无菌注射器 5 ml / 批 260915B",
            url="#",
            context="成品 · 20,000 支",
            icon="certificate",
            tone="ok",
            gate=GateCount(met=7, total=7, ready="可放行"),
            due_text="今天 16:00",
        ),
    )


def home_page() -> HomePage:
    """The quality officer's morning."""
    return HomePage(
        greeting="早上好，林晓岚",
        sentence="今天有 5 项审批和 3 批放行等你处理，最早一项 11:30 到期",
        tiles=(
            Tile(
                label="待检批次", cell=Cell(kind="quantity", value=Decimal(14), unit="批"), url="#", note="最久 2.3 天"
            ),
            Tile(
                label="来料批合格率",
                cell=Cell(kind="percent", value=Decimal("0.968")),
                url="#",
                note="目标 ≥ 98%",
                tone="bad",
            ),
            Tile(
                label="近效期库存", cell=Cell(kind="money", value=Decimal("426000"), unit="¥"), url="#", note="≤ 90 天"
            ),
        ),
        todos=home_todos(),
        todo_count=12,
        todos_url="#",
        alerts=(
            Todo(
                label="三号冷库 09:40 升至 8.6 ℃，超限 12 分钟",
                url="#",
                context="涉及 3 个批次 · 已自动冻结出库",
                tone="bad",
            ),
            Todo(label="6 个批次将在 30 天内到期", url="#", context="建议调拨至杭州仓", tone="warn"),
        ),
        quick=(Link(label="新建", url="#", icon="plus"),),
    )


def action_page() -> ActionPage:
    """The signature as a page."""
    page = order(blocked=False)
    if page.primary is None:
        raise ValueError("the sample order has lost its primary action")
    refused = replace(
        page.primary, errors=("动态口令不正确，还可尝试 4 次",), remark_value="承运商 12-10 前提交复验证报告。"
    )
    return ActionPage(title="复核通过", action=refused, cancel_url=f"{BASE}/document")


def sign_in_page() -> SignInPage:
    """Sign-in of a demo store."""
    roles = (
        ("warehouse", "王建国", "保管员", "扫码收货、拣货", "building-warehouse"),
        ("quality", "林晓岚", "质管员", "检验、放行、复核", "shield-check"),
        ("sales", "赵雅", "业务员", "订单与可发批次", "truck-delivery"),
        ("manager", "顾明", "总经理", "驾驶舱与批准", "chart-bar"),
    )
    demo = tuple(DemoRole(name=n, person=p, label=r, sentence=s, icon=i) for n, p, r, s, i in roles)
    return SignInPage(url=f"{BASE}/sign-in", demo_roles=demo, demo_url="#", passkey_options_url="#")


def message_page(status: int) -> MessagePage:
    """Refusals and errors."""
    home = Link(label="回工作台", url="#", icon="home")
    if status == 403:
        ask = Link(label="申请权限", url="#")
        return MessagePage(
            status=403,
            title="没有权限放行批次",
            sentence="放行需要“质管员”角色。",
            why="你现在的角色是保管员。",
            links=(ask, home),
        )
    if status == 422:
        return MessagePage(
            status=422, title="未放行，什么都没有改变", sentence="有 2 项前置条件未满足。", findings=gate(blocked=True)
        )
    if status == 404:
        return MessagePage(
            status=404, title="找不到这一页", sentence="它可能已被移走，或属于另一家公司。", links=(home,)
        )
    return MessagePage(
        status=500,
        title="服务器出错",
        sentence="刚才的操作没有生效，数据没有改变。",
        links=(home,),
        support_id="7f3a-91c2-04de",
    )
