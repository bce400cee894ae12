"""What UX §12 allows each kind of page: bytes over the wire, requests and nodes. Times are printed alone."""

import gzip

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.stage import LOT, Stage, supplier_url

pytestmark = pytest.mark.browser
NODES = 1_500
FIRST_BYTES, FIRST_REQUESTS = 120 * 1024, 8
REPEAT_BYTES, REPEAT_REQUESTS = 20 * 1024, 2
TIMES = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime)).observe(
    { type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(-1), 1500);
})"""


def kinds(stage: Stage) -> dict[str, Place]:
    """One page of each kind."""
    return {
        "home": ("quality_head", "/"),
        "list": ("quality_head", "/items/items/?view=2&size=50"),
        "record": ("quality_head", supplier_url(stage.ready)),
        "record with lines": ("picker", f"/warehouse/shipments/{stage.shipment}/"),
        "form": ("buyer", "/purchasing/purchase-orders/new"),
        "stock": ("keeper", "/inventory/stock"),
        "lot": ("keeper", f"/inventory/lots/{stage.house.lots[LOT]}"),
        "trace": ("quality_head", f"/trace?q={LOT}"),
        "labels": ("keeper", f"/labels/print?lot={stage.house.lots[LOT]}"),
        "scan hub": ("keeper", "/scan"),
        "scan task": ("reviewer", f"/scan/review/{stage.shipment}"),
        "trail": ("quality_head", f"{supplier_url(stage.approved)}trail"),
    }


def weighed(page: Page, url: str) -> dict[str, int]:
    """Address → bytes as they go over the wire, of everything a visit asks the server for."""
    heard: list[Response] = []

    def hear(response: Response) -> None:
        heard.append(response)

    page.on("response", hear)
    page.goto(url, wait_until="networkidle")
    page.remove_listener("response", hear)
    return {each.url: len(gzip.compress(each.body())) for each in heard}


@pytest.mark.timeout(240)
def test_every_kind_of_page_keeps_its_budget(open_page: Open, stage: Stage) -> None:
    over, told = [], []
    for name, (post, url) in kinds(stage).items():
        page = open_page(post, "/health", fresh=False)  # an empty cache
        first = weighed(page, url)
        lcp = page.evaluate(TIMES)
        again = {each: size for each, size in weighed(page, url).items() if "/static/" not in each}
        nodes = page.evaluate("document.querySelectorAll('*').length")
        page.context.close()
        told.append(f"{name}: {sum(first.values())} B / {len(first)}, again {sum(again.values())} B / {len(again)}, "
                    f"{nodes} nodes, LCP {lcp:.0f} ms")  # fmt: skip
        is_kept = sum(first.values()) <= FIRST_BYTES and len(first) <= FIRST_REQUESTS and nodes <= NODES
        if not is_kept or sum(again.values()) > REPEAT_BYTES or len(again) > REPEAT_REQUESTS:
            over.append(told[-1])
    print("\n".join(told))
    assert not over, "\n".join(over)
