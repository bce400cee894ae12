"""Sample edit form, picker answers and merge."""

from __future__ import annotations

from dataclasses import replace

from meridian.platform.screens.view import (
    Column,
    Crumb,
    EditField,
    EditLines,
    EditPage,
    EditRow,
    FieldGroup,
    MergeField,
    MergePage,
    Option,
)

from .documents import LINES, NUMBER
from .frame import BASE

EDIT_COLUMNS = (
    Column(name="item", label="物料", width="wide", phone="title"),
    Column(name="quantity", label="数量", kind="quantity"),
    Column(name="price", label="含税单价", kind="money"),
    Column(name="due", label="交期", kind="date"),
)


def edit_row(index: int, item: str = "", quantity: str = "", price: str = "", due: str = "") -> EditRow:
    """One line of the edit grid."""
    url = f"{BASE}/options"
    fields = (
        EditField(name="item", label="物料", kind="reference", value=item and str(index), text=item, options_url=url),
        EditField(name="quantity", label="数量", kind="decimal", value=quantity, unit="支"),
        EditField(name="price", label="含税单价", kind="decimal", value=price),
        EditField(name="due", label="交期", kind="date", value=due),
    )
    return EditRow(index=index, key=str(index), fields=fields)


def edit_page(*, with_errors: bool = False) -> EditPage:
    """The order in edit mode; `with_errors` as answered with 422."""
    rows = tuple(
        edit_row(n, item, str(quantity), f"{price}.00", f"2026-{month}-{day:02}")
        for n, (item, _, _, quantity, _, price, (month, day), _) in enumerate(LINES)
    )
    missing = ("请选择供应商",) if with_errors else ()
    supplier = "" if with_errors else "苏州启明介入医疗器械有限公司"
    terms = tuple(Option(value=t, label=t, is_selected=t == "月结 60 天") for t in ("月结 30 天", "月结 60 天"))
    header = (
        EditField(
            name="supplier",
            label="供应商",
            kind="reference",
            value="7" if supplier else "",
            text=supplier,
            required=True,
            options_url=f"{BASE}/options",
            errors=missing,
        ),
        EditField(
            name="due",
            label="要求到货",
            kind="date",
            value="2026-12-05",
            required=True,
            reason_on_change=True,
            original="2026-12-05",
        ),
        EditField(name="terms", label="付款条件", kind="choice", value="月结 60 天", options=terms, required=True),
        EditField(name="buyer", label="采购员", kind="readonly", value="陈思远"),
        EditField(name="limit", label="运输时限", kind="integer", value="48", unit="小时", help="冷链全程不超过此时长"),
        EditField(name="quality_terms", label="质量要求", kind="long_text", value="随货提供出厂检验报告", width="full"),
    )
    return EditPage(
        title=f"编辑采购订单 {NUMBER}",
        url=f"{BASE}/edit",
        cancel_url=f"{BASE}/document",
        crumbs=(
            Crumb(label="采购订单", url=f"{BASE}/list"),
            Crumb(label=NUMBER, url=f"{BASE}/document"),
            Crumb(label="编辑"),
        ),
        groups=(FieldGroup(label="要点", fields=header),),
        lines=EditLines(columns=EDIT_COLUMNS, rows=rows, blank=replace(edit_row(0), key="")),
        hidden=(("version", "3"),),
        errors=(("请选择供应商", "f-supplier"),) if with_errors else (),
        asks_reason=True,
    )


def picker_options() -> tuple[Option, ...]:
    """Answers of a reference picker, one of them not to be chosen."""
    found = tuple(Option(value=str(n), label=line[0], note=line[1]) for n, line in enumerate(LINES[:4]))
    refused = Option(value="9", label="静脉留置针 24G", note="注册证已过期", is_disabled=True)
    return (*found, refused)


def merge_page() -> MergePage:
    """Two people changed the same fields."""
    return MergePage(
        title="两人同时修改，请逐项选择",
        url=f"{BASE}/merge",
        cancel_url=f"{BASE}/document",
        sentence="何俊在 10:14 保存了第 4 版。你填写的内容都还在，选定后一并保存。",
        fields=(
            MergeField(name="due", label="要求到货", mine="2026-12-05", theirs="2026-12-08", base_text="2026-12-01"),
            MergeField(name="lines-2-quantity", label="第 3 行 · 数量", mine="60", theirs="50", base_text="40"),
        ),
        hidden=(("version", "4"),),
        crumbs=(Crumb(label="采购订单", url=f"{BASE}/list"), Crumb(label=NUMBER, url=f"{BASE}/document")),
    )
