"""A telephone, 390 points wide: nothing is cut off, nothing hides what has to be pressed, no page moves sideways."""

from dataclasses import dataclass

import pytest

from meridian.purchasing.tests.inbound import Inbound
from tests.browser.conftest import Open
from tests.browser.stage import LOT, Stage, supplier_url

pytestmark = pytest.mark.browser

CUT = """() => {
  const wide = document.documentElement.clientWidth, high = innerHeight, found = [];
  const scrolls = (each) => {
    for (let at = each.parentElement; at; at = at.parentElement)
      if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return at.tagName !== "DIALOG";
    return false;
  };
  const dialog = document.querySelector("dialog[open]");
  for (const each of (dialog || document).querySelectorAll("h1,h2,a,button,input,select,textarea,label,dd,.m-b,td")) {
    const box = each.getBoundingClientRect(), name = each.tagName + " " + (each.innerText || each.id).slice(0, 40);
    if (!each.checkVisibility() || box.width < 2 || each.closest(".m-sr,.m-skip,foreignObject")) continue;
    if (!scrolls(each) && (box.left < -1 || box.right > wide + 1)) found.push("outside: " + name);
    const must_fit = each.matches("h1,h2,button,.btn,.m-b,label,dd");
    if (must_fit && each.scrollWidth > each.clientWidth + 1 && each.clientWidth) found.push("cut: " + name);
    const pressed = each.matches("dialog[open] footer *, .acts.bar .btn") && !each.closest(".m-menu>div");
    if (pressed && (box.bottom > high + 1 || box.top < 0)) found.push("out of reach: " + name);
  }
  if (document.documentElement.scrollWidth > wide) found.push("the page moves sideways");
  return [...new Set(found)];
}"""


@dataclass(frozen=True)
class Sight:
    """One thing to look at: whose, where, and what to press there first."""

    post: str
    url: str
    press: str = ""


@pytest.fixture(scope="module")
def sights(stage: Stage) -> dict[str, Sight]:
    """Lists, records of every kind with their dialogs, forms and pages of their own."""
    story = Inbound(stage.company, stage.approved, stage.house.item)
    inspection = f"/inspection/acceptance-inspections/{story.received('40')}/"
    receipt = f"/warehouse/goods-receipts/{story.receipt(story.order('60'), [story.line('20')])}/"
    blocked, ready = supplier_url(stage.without_papers), supplier_url(stage.ready)
    shipment = f"/warehouse/shipments/{stage.shipment}/"
    return {
        "home": Sight("quality_head", "/"),
        "list": Sight("quality_head", "/items/items/"),
        "list of receipts": Sight("receiver", "/warehouse/goods-receipts/?view=2"),
        "receipt": Sight("receiver", receipt),
        "receipt to void": Sight("receiver", receipt, "[data-dialog=do-void]"),
        "scan": Sight("receiver", f"/scan/receive/{receipt.split('/')[-2]}"),
        "inspection": Sight("inspector", inspection),
        "inspection being written": Sight("inspector", f"{inspection}edit"),
        "blocked": Sight("quality_head", blocked),
        "being written": Sight("quality_staff", f"{blocked}edit"),
        "to be signed": Sight("quality_head", ready, "[data-dialog=do-approve]"),
        "signed by itself": Sight("quality_head", f"{ready}approve"),
        "to be reviewed": Sight("reviewer", shipment, "[data-dialog=do-review]"),
        "order": Sight("sales_staff", f"/sales/sales-orders/{stage.order}/"),
        "trail": Sight("quality_head", f"{supplier_url(stage.approved)}?section=trail"),
        "stock": Sight("keeper", "/inventory/stock"),
        "trace": Sight("quality_head", f"/trace?q={LOT}"),
        "balance": Sight("accountant", "/ledger/trial-balance"),
        "people": Sight("security_admin", "/people"),
        "roles": Sight("security_admin", "/roles"),
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_is_cut_at_390(language: str, sights: dict[str, Sight], stage: Stage, open_page: Open) -> None:
    page = open_page("quality_head", "/", width=390, height=760, language=language, fresh=False)
    address = page.url
    found: list[str] = []
    for name, sight in sights.items():
        page.context.add_cookies([{"name": "sessionid", "value": stage.sessions[sight.post], "url": address}])
        page.goto(sight.url)
        if sight.press:
            page.click(sight.press)
            page.wait_for_selector("dialog[open]")
        found += [f"{name}: {each}" for each in page.evaluate(CUT)]
    assert not found, "\n".join(found)
