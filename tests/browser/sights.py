"""Everything there is to look at, one of each kind, with whatever opens over it: whose it is and how to come there."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from tests.browser.records import Records
from tests.browser.stage import LOT, Stage, supplier_url

ITEMS = "/items/items/?view=2"


@dataclass(frozen=True)
class Sight:
    """One thing to look at. `steps` are done there first: a verb and what it is done to, “press c”, “click #x”."""

    post: str
    url: str
    steps: tuple[str, ...] = ()
    only_wide: bool = False
    """Not offered on a telephone."""


def _lists() -> dict[str, Sight]:
    head = "quality_head"
    return {
        "home": Sight(head, "/"),
        "list": Sight(head, ITEMS),
        "list without match": Sight(head, "/items/items/?q=nothing-of-that-name"),
        "filter open": Sight(head, ITEMS, ("press f",)),
        "saved views open": Sight(head, ITEMS, ("click summary[aria-label]:has(use[href*=star])", "wait #sv-name")),
        "columns open": Sight(head, ITEMS, ("press c", "wait form.m-cols")),
        "rows selected": Sight(head, ITEMS, ("press j", "press x", "wait #batch:visible"), only_wide=True),
        "quick look": Sight(head, ITEMS, ("press j", "press Space", "wait dialog.m-look"), only_wide=True),
        "palette": Sight(head, "/", ("click .m-top .m-search", "wait #palette-list [role=option]")),
        "keys": Sight(head, "/", ("press ?", "wait dialog#keys"), only_wide=True),
        "user menu": Sight(head, "/", ("click .m-top .m-menu summary >> nth=-1",)),
        "menu of a tab": Sight(head, ITEMS, ("right .m-tabs .tab >> nth=0", "wait #tab-menu"), only_wide=True),
        "search": Sight(head, "/find?q=GHZ"),
        "exports": Sight(head, "/exports"),
    }


def _records(stage: Stage, records: Records) -> dict[str, Sight]:
    head = "quality_head"
    blocked, ready, approved = map(supplier_url, (stage.without_papers, stage.ready, stage.approved))
    receipt = f"/warehouse/goods-receipts/{records['goods_receipt', 'draft']}/"
    shown = {
        "record blocked": Sight(head, blocked),
        "record signed": Sight(head, f"{approved}?section=signatures"),
        "record trail": Sight(head, f"{approved}?section=trail"),
        "record with lines": Sight("sales_manager", f"/sales/sales-orders/{stage.order}/"),
        "record between people": Sight(head, f"/warehouse/shipments/{stage.shipment}/"),
        "form": Sight(head, "/parties/licences/new"),
        "form with lines": Sight("buyer", "/purchasing/purchase-orders/new"),
        "form of a record": Sight(head, f"{blocked}edit"),
        "move": Sight(head, f"{ready}approve"),
        "trail": Sight(head, f"{approved}trail"),
        "signature dialog": Sight(head, ready, ("click [data-dialog=do-approve] >> nth=0", "wait dialog[open]")),
        "fetched dialog": Sight(
            head, approved, ("click [data-dialog-url] >> nth=0", "wait dialog[open] [name=remark]")
        ),
        "comment": Sight(head, ready, ("click [data-dialog=do-comment] >> nth=0", "wait #r-comment")),
        "transit log": Sight("receiver", f"{receipt}transit-log"),
        "waiver to write": Sight("warehouse_manager", "/kernel/waivers/new"),
    }
    for code, state, post in (("quality_hold", "held", "quality_head"), ("customer_return", "received", "inspector"),
                              ("supplier_return", "approved", "keeper"), ("internal_move", "draft", "keeper"),
                              ("putaway", "draft", "keeper"), ("goods_receipt", "on_hold", "quality_head"),
                              ("shipment", "review_failed", "quality_head"), ("label_job", "printed", "keeper"),
                              ("acceptance_inspection", "pending", "inspector"),
                              ("stock_adjustment", "approved", "keeper")):  # fmt: skip
        declared = registry.document_types[code]
        shown[f"{code} {state}"] = Sight(post, addresses.page_url(declared, records[code, state]))
    return shown


def _pages(stage: Stage, records: Records) -> dict[str, Sight]:
    lot = stage.house.lots[LOT]
    tasks = {
        "receive": ("receiver", records["goods_receipt", "draft"]), "pick": ("picker", records["shipment", "draft"]),
        "review": ("reviewer", records["shipment", "picked"]), "put-away": ("keeper", records["putaway", "draft"]),
        "move": ("keeper", records["internal_move", "draft"]),
    }  # fmt: skip
    return {
        "stock": Sight("keeper", "/inventory/stock"),
        "lot": Sight("keeper", f"/inventory/lots/{lot}"),
        "trace": Sight("quality_head", f"/trace?q={LOT}"),
        "trace, nothing asked": Sight("quality_head", "/trace"),
        "labels": Sight("keeper", f"/labels/print?lot={lot}"),
        "labels, nothing chosen": Sight("keeper", "/labels/print"),
        "scan hub": Sight("keeper", "/scan"),
        "scan, what is known": Sight("keeper", f"/scan?q={LOT}"),
        **{f"scan {task}": Sight(post, f"/scan/{task}/{key}") for task, (post, key) in tasks.items()},
        "lifecycle": Sight("quality_head", "/lifecycle/supplier"),
        "rule": Sight("quality_head", "/rules/supplier_papers_valid"),
        "no such page": Sight("quality_head", "/no/such/page"),
        "no right": Sight("buyer", f"{supplier_url(stage.ready)}approve"),
        "account": Sight("quality_head", "/account/security"),
        "vouchers": Sight("accountant", "/ledger/vouchers"),
        "balance": Sight("accountant", "/ledger/trial-balance"),
        "people": Sight("security_admin", "/people/"),
        "post": Sight("security_admin", "/roles/keeper/"),
        "jobs": Sight("system_admin", "/system/jobs"),
        "evidence": Sight("auditor", "/compliance/evidence"),
    }


def sights(stage: Stage, records: Records) -> dict[str, Sight]:
    """All of them by name."""
    return {**_lists(), **_records(stage, records), **_pages(stage, records)}


def shown(page: Page, stage: Stage, records: Records, address: str, part: int = 0, of: int = 1) -> Iterator[str]:
    """Brings one sight after the other before the page; the name of each while it is there."""
    is_wide = (page.viewport_size or {"width": 1440})["width"] >= 992
    for name, sight in list(sights(stage, records).items())[part::of]:
        if sight.only_wide and not is_wide:
            continue
        page.context.add_cookies([{"name": "sessionid", "value": stage.sessions[sight.post], "url": address}])
        page.goto(sight.url)
        for step in sight.steps:
            verb, _space, target = step.partition(" ")
            if verb == "press":
                page.keyboard.press(target)
            elif verb == "wait":
                page.wait_for_selector(target)
            else:
                page.click(target, button="right" if verb == "right" else "left")
        yield name
