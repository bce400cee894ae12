"""The sample purchase order: blocked, ready to sign, and its sections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from meridian.platform.screens.view import (
    Action,
    Attachment,
    Badge,
    Cell,
    ChainLink,
    Change,
    Column,
    Crumb,
    DocumentPage,
    Fact,
    GatePanel,
    GateRow,
    KeyValue,
    LineGrid,
    Link,
    Note,
    Option,
    RecordPager,
    Row,
    Section,
    SignatureRow,
    SignPrompt,
    StatusStep,
    Tag,
    TimelineEntry,
    TrailRow,
)

from .frame import BASE, HASH, at

NUMBER = "CGDD-202611-0128"
LINE_COLUMNS = (
    Column(name="seq", label="#", kind="number", phone="hidden"),
    Column(name="item", label="物料", phone="title", width="wide"),
    Column(name="di", label="UDI-DI", phone="hidden"),
    Column(name="quantity", label="数量", kind="quantity"),
    Column(name="price", label="含税单价", kind="money"),
    Column(name="amount", label="金额", kind="money", phone="status"),
    Column(name="due", label="交期", kind="date"),
    Column(name="storage", label="储运 / 检验"),
)
CATHETER = "IM-30215 · 国械注准20233030618"
LINES = (
    ("冠脉球囊扩张导管 2.5×15 mm", CATHETER, "09521234500120", 120, "支", "1680", (12, 5), "加严"),
    ("冠脉球囊扩张导管 3.0×20 mm", CATHETER, "09521234500137", 80, "支", "1720", (12, 5), "正常"),
    ("药物洗脱冠脉支架系统 3.0×18 mm", "注册证 12-21 到期", "09521234500472", 60, "套", "7850", (12, 28), "正常"),
    ("一次性使用造影导管 5F", "国械注准20223030945", "09521234500618", 300, "根", "186", (12, 5), "放宽"),
    ("冠脉微导丝 0.014 in×190 cm", "国械注进20243031102", "09521234500687", 150, "根", "1240", (12, 12), "正常"),
    ("可吸收止血流体明胶 6 ml", "国械注准20223140377", "09521234500908", 200, "支", "520", (12, 5), "正常"),
)


def lines(*, blocked: bool) -> LineGrid:
    """Six lines; the third carries the open finding while blocked."""
    rows = []
    for n, (item, note, di, quantity, unit, price, (month, day), plan) in enumerate(LINES, 1):
        hurt = blocked and n == 3
        cold = (Tag(label="2–8 ℃", icon="snowflake", tone="info"),) if n == 6 else ()
        cells = (
            Cell(kind="number", value=n),
            Cell(value=item, strong=True, note=note, note_tone="bad" if hurt else None),
            Cell(value=di),
            Cell(kind="quantity", value=Decimal(quantity), unit=unit),
            Cell(kind="money", value=Decimal(price)),
            Cell(kind="money", value=Decimal(price) * quantity, strong=True),
            Cell(kind="date", value=date(2026, month, day), tone="bad" if hurt else None),
            Cell(value=plan, tags=cold),
        )
        rows.append(Row(key=str(n), cells=cells))
    totals = (
        Cell(),
        Cell(value="合计 6 行"),
        Cell(),
        Cell(kind="number", value=Decimal(910)),
        Cell(),
        Cell(kind="money", value=Decimal("1156000")),
        Cell(),
        Cell(value="含税 13%"),
    )
    return LineGrid(columns=LINE_COLUMNS, rows=tuple(rows), totals=totals)


def gate(*, blocked: bool) -> GatePanel:
    """Two open preconditions, or all met but one to explain."""
    carrier = GateRow(
        kind="explain",
        sentence="冷链承运商验证 32 天后到期",
        evidence="南京维特冷链 · 提醒项，签署时须填写说明",
        code="carrier_validated",
        remedies=(Link(label="查看验证报告", url="#"),),
    )
    certificate = GateRow(
        kind="must",
        sentence="第 3 行注册证早于交期失效",
        evidence="国械注准20213131077 有效期至 2026-12-21，交期 12-28。延续受理通知书已收到，待登记。",
        code="registration_covers_due",
        law="《医疗器械监督管理条例》第 15 条",
        remedies=(Link(label="登记延续注册", url="#"), Link(label="改交期", url="#")),
    )
    passed = (
        ("供应商资质有效", "许可证至 2028-03-14 · 质量协议至 2027-06-30"),
        ("经营范围覆盖全部 6 行", "III类 03、10、13、14 子目录"),
        ("单价不高于合同 HT-2026-0031", "最高行差 0.0%"),
        ("双人复核：你可以复核", "提交人陈思远、批准人周海峰，均非本人"),
        ("注册证覆盖全部交期", "第 3 行已登记延续受理，有效期至 2031-12-20"),
    )
    passes = tuple(GateRow(kind="pass", sentence=s, evidence=e) for s, e in passed)
    if blocked:
        rows = (certificate, carrier, *passes[:4])
        return GatePanel(
            met=4, total=6, sentence="还差 2 项才能复核", split="1 项必须处理 · 1 项需说明", rows=rows, recheck_url="#"
        )
    return GatePanel(met=6, total=6, sentence="可以复核", split="5 项满足 · 1 项签署时说明", rows=(carrier, *passes))


def sign_prompt() -> SignPrompt:
    """What the quality reviewer signs."""
    return SignPrompt(
        at=at(11, 23, 10, 16),
        title="质管复核通过",
        facts=(
            KeyValue(label="签署对象", value=f"采购订单 {NUMBER} · 第 3 版"),
            KeyValue(label="内容", value="6 行 · ¥ 1,156,000.00 · 苏州启明介入"),
        ),
        content_hash=HASH,
        meanings=(Option(value="review", label="复核：我已核对资质、注册证与质量要求，同意下达", is_selected=True),),
        signer="林晓岚（质管员）",
        four_eyes=Note(
            sentence="双人复核：提交人陈思远、批准人周海峰已签署；你是第二复核人，三人互不相同。",
            tone="violet",
            icon="users",
        ),
        session_hint="连续签署：15 分钟内再签只需动态口令",
    )


def steps() -> tuple[StatusStep, ...]:
    """The main path, at quality review."""
    done = (
        ("草稿", "陈思远", at(11, 20, 14, 30)),
        ("已提交", "陈思远", at(11, 20, 15, 52)),
        ("采购经理批准", "周海峰", at(11, 23, 9, 41)),
    )
    past = tuple(StatusStep(label=label, phase="done", note=note, at=when) for label, note, when in done)
    now = StatusStep(label="质管复核", phase="now", note="待你处理 · 余 1 小时 14 分")
    rest = tuple(StatusStep(label=label, phase="next") for label in ("已下达", "到货检验", "入库", "已完成"))
    return (*past, now, *rest)


def facts() -> tuple[Fact, ...]:
    """The six decisive facts."""
    return (
        Fact(label="供应商", value="苏州启明介入医疗器械有限公司", url="#", note="合格供应商 A 级 · 资质有效"),
        Fact(label="含税金额", value=Decimal("1156000"), kind="money", unit="¥", note="合同价内 · 预算已占用"),
        Fact(label="要求到货", value=date(2026, 12, 5), kind="due", note="末行 12-28"),
        Fact(label="到货进度", value="0 / 910", note="未到货"),
        Fact(label="采购员", value="陈思远", note="采购一部"),
        Fact(label="付款条件", value="月结 60 天", note="电汇 · CNY"),
    )


def timeline() -> tuple[TimelineEntry, ...]:
    """Acts on the order, newest first."""
    change = Change(field="数量", old="40", new="60 套")
    return (
        TimelineEntry(verb="检查前置条件：4 / 6 满足", at=at(11, 23, 9, 42), kind="system", icon="shield-check"),
        TimelineEntry(
            verb="签署「批准」",
            at=at(11, 23, 9, 41),
            actor="周海峰",
            kind="signature",
            remark="同意。第 3 行注意证照延续。",
            signature="批准 · 7b1e … c40a",
        ),
        TimelineEntry(
            verb="评论", at=at(11, 23, 9, 20), actor="陈思远", kind="comment", remark="受理通知书刚收到，已放附件。"
        ),
        TimelineEntry(
            verb="修改第 3 行",
            at=at(11, 20, 16, 8),
            actor="陈思远",
            kind="change",
            changes=(change,),
            reason="中心医院追加",
        ),
        TimelineEntry(verb="提交审批", at=at(11, 20, 15, 52), actor="陈思远"),
        TimelineEntry(
            verb="由采购申请 CGSQ-202611-0093 等 2 张下推生成", at=at(11, 20, 14, 30), kind="system", icon="arrow-right"
        ),
    )


def chain() -> tuple[ChainLink, ...]:
    """Predecessors, this order, successors to come."""
    before = (
        ("采购申请", "0093 等 2 张", "已转 100%"),
        ("比价", "BJ…0021", "3 家 · 选最低"),
        ("合同", "HT-2026-0031", "剩余 ¥ 238 万"),
    )
    after = (("收货", "下达后生成"), ("来料检验", "预计 3 张"), ("入库", "待验 → 合格"))
    return (
        *(ChainLink(label=a, position="before", text=b, note=c, url="#") for a, b, c in before),
        ChainLink(label="采购订单", position="current", text="…0128", note="待质管复核"),
        *(ChainLink(label=a, position="after", text=b) for a, b in after),
    )


def trail() -> tuple[TrailRow, ...]:
    """Rows of the audit trail: change, signature, refusal."""
    return (
        TrailRow(
            at=at(11, 23, 10, 2),
            actor="林晓岚",
            role="质管员",
            what="质管复核通过",
            kind="refusal",
            reason="registration_covers_due",
            source="页面",
            address="10.0.3.17",
        ),
        TrailRow(
            at=at(11, 23, 9, 41),
            actor="周海峰",
            role="采购经理",
            what="批准",
            kind="signature",
            source="页面",
            address="10.0.3.9",
        ),
        TrailRow(
            at=at(11, 20, 16, 8),
            actor="陈思远",
            role="采购员",
            what="第 3 行 · 数量",
            old="40 套",
            new="60 套",
            reason="中心医院追加",
            source="接口",
            address="10.0.3.21",
            record=Link(label=NUMBER, url="#"),
        ),
    )


def sections(current: str, *, blocked: bool) -> tuple[Section, ...]:
    """The tabs of the order; `current` carries its content."""
    url = f"{BASE}/document?section="
    signature = SignatureRow(
        signer="周海峰",
        role="采购经理",
        meaning="批准",
        at=at(11, 23, 9, 41),
        content_hash=HASH,
        remark="同意。第 3 行注意证照延续。",
    )
    file = Attachment(
        name="延续注册受理通知书.pdf", url="#", size=482_113, at=at(11, 23, 9, 19), by="陈思远", digest=HASH
    )
    terms = (
        KeyValue(label="质量要求", value="随货提供出厂检验报告、灭菌过程报告"),
        KeyValue(label="有效期要求", value="到货时余 ≥ 2/3"),
        KeyValue(label="合同到期", value=date(2027, 6, 30), kind="expiry"),
    )
    attach = Action(name="attach", label="上传附件", url="#")
    all_sections = (
        Section(name="lines", label="明细", url=f"{url}lines", count=6, lines=lines(blocked=blocked)),
        Section(name="terms", label="交货与质量要求", url=f"{url}terms", facts=terms),
        Section(name="files", label="附件", url=f"{url}files", count=1, attachments=(file,), attach=attach),
        Section(name="signatures", label="签核记录", url=f"{url}signatures", count=1, signatures=(signature,)),
        Section(name="trail", label="审计追踪", url=f"{url}trail", count=14, trail=trail()),
    )
    return tuple(replace(each, is_current=each.name == current) for each in all_sections)


def review_actions(*, blocked: bool) -> tuple[Action, Action]:
    """Approving, and sending back."""
    review = Action(
        name="qa_approve",
        label="复核通过",
        url="#",
        kind="primary",
        icon="signature",
        page_url=f"{BASE}/action",
        blocked_count=2 if blocked else 0,
        signature=None if blocked else sign_prompt(),
        remark="required",
        remark_label="说明（有 1 个提醒项）",
        key="Ctrl ↵",
        hidden=(("version", "3"),),
    )
    reject = Action(
        name="reject", label="驳回", url="#", kind="danger", remark="required", remark_label="驳回原因", page_url="#"
    )
    return review, reject


def order(*, blocked: bool = True, section: str = "lines") -> DocumentPage:
    """The purchase order, blocked by two preconditions or ready to sign."""
    review, reject = review_actions(blocked=blocked)
    return DocumentPage(
        type_label="采购订单",
        number=NUMBER,
        url=f"{BASE}/document",
        status=Badge(label="待质管复核", tone="violet"),
        crumbs=(Crumb(label="采购", url="#"), Crumb(label="采购订单", url=f"{BASE}/list"), Crumb(label=NUMBER)),
        tags=(Tag(label="III类"), Tag(label="冷链 1 行", icon="snowflake", tone="info")),
        pager=RecordPager(position="11 / 20", previous_url="#", next_url="#"),
        primary=review,
        secondary=(reject,),
        more=(Action(name="copy", label="复制", url="#", icon="copy"),),
        related=(Link(label="库存", url="#", icon="package"), Link(label="批次档案", url="#", icon="history")),
        prints=(Link(label="采购订单（含价）", url="#", icon="printer"),),
        steps=steps(),
        facts=facts(),
        sections=sections(section, blocked=blocked),
        chain=chain(),
        chain_note="上查 3 · 下查 0",
        gate=gate(blocked=blocked),
        timeline=timeline(),
        timeline_url=f"{BASE}/trail",
        comment=Action(
            name="comment", label="评论", url="#", remark="required", remark_label="评论", icon="message", page_url="#"
        ),
    )
