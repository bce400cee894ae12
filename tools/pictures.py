"""Takes the pictures of docs/pictures from a running demo store, signed in as its accounts.

`tools/pictures.py http://localhost:8000 <accounts.json>`; needs the development packages and a Chromium
(MERIDIAN_CHROMIUM, else /usr/bin/chromium).
"""

import json
import os
import re
import sys
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
WIDTHS = {1440: (1440, 900, 1), 390: (390, 844, 2)}
LOOKS = [("light", "zh"), ("dark", "en")]
BARCODE = re.compile(r"\(01\)\S+")
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Store:
    """A running demo store and its accounts."""

    def __init__(self, browser: Browser, base: str, accounts: Path) -> None:
        self.browser, self.base = browser, base.rstrip("/")
        self.passwords = {entry["username"]: entry["password"] for entry in json.loads(accounts.read_text())}

    def page(self, role: str, width: int, theme: str, language: str) -> Page:
        """A page on which the holder of a post has signed in."""
        across, down, scale = WIDTHS[width]
        context = self.browser.new_context(
            viewport={"width": across, "height": down},
            device_scale_factor=scale,
            color_scheme="dark" if theme == "dark" else "light",
            locale="zh-CN" if language == "zh" else "en-GB",
        )
        cookie: Any = {"name": "meridian_language", "value": LANGUAGES[language], "url": self.base}
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"{self.base}/sign-in")
        page.fill("input[name=username]", role)
        page.fill("input[name=password]", self.passwords[role])
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state("networkidle")
        return page

    def first(self, page: Page, address: str) -> None:
        """Opens the first record of a list."""
        page.goto(f"{self.base}{address}")
        link = page.locator("tbody a[href]").first.get_attribute("href")
        page.goto(f"{self.base}{link}")
        page.wait_for_load_state("networkidle")


def blocked(store: Store, page: Page) -> None:
    """An inspection whose record is not complete yet."""
    store.first(page, "/inspection/acceptance-inspections/?state=pending")


def ready(store: Store, page: Page) -> None:
    """A receipt that may be posted."""
    store.first(page, "/warehouse/goods-receipts/?state=draft")


def sign(store: Store, page: Page) -> None:
    """The signature of an outbound review."""
    store.first(page, "/warehouse/shipments/?state=picked")
    page.locator("a[data-dialog^='do-'].btn-primary:visible").first.click()
    page.locator("dialog[open]").wait_for()


def trace(store: Store, page: Page) -> None:
    """Where a lot came from and went."""
    page.goto(f"{store.base}/inventory/stock")
    lot = page.locator("tbody a[href*='/inventory/lots/']").first.inner_text().split()[0]
    page.goto(f"{store.base}/trace?q={lot}")
    page.wait_for_load_state("networkidle")


def listing(store: Store, page: Page) -> None:
    """Shipments under way."""
    page.goto(f"{store.base}/warehouse/shipments/")
    page.wait_for_load_state("networkidle")


def putaway(store: Store, page: Page) -> None:
    """Goods to come to their shelves."""
    store.first(page, "/warehouse/putaways/?state=draft")


def review(store: Store, page: Page) -> None:
    """A shipment whose review found a broken box."""
    store.first(page, "/warehouse/shipments/?state=review_failed")


def scan(store: Store, page: Page) -> None:
    """Receiving by scan: one more barcode of a receipt that is half scanned."""
    page.goto(f"{store.base}/scan")
    page.wait_for_load_state("networkidle")
    for task in [link.get_attribute("href") for link in page.locator("a[href*='/scan/receive/']").all()]:
        page.goto(f"{store.base}{task}".replace("/scan/receive/", "/warehouse/goods-receipts/") + "/")
        text = BARCODE.search(" ".join(page.locator("main td").all_text_contents()))
        page.goto(f"{store.base}{task}")
        page.wait_for_load_state("networkidle")
        if text and page.locator("#scan-records li, #scan-records tr").count():
            page.keyboard.type(text[0])
            page.keyboard.press("Enter")
            page.wait_for_timeout(1_500)  # the card of the scan before may still stand there
            return


SUBJECTS = {
    "list": ("warehouse_manager", listing),
    "document-blocked": ("inspector", blocked),
    "document-ready": ("receiver", ready),
    "sign": ("reviewer", sign),
    "trace": ("quality_staff", trace),
    "putaway": ("keeper", putaway),
    "review": ("quality_head", review),
    "scan": ("receiver", scan),
}


def main(base: str, accounts: str, *names: str) -> None:
    """Writes the subjects named, else all, in both widths and looks."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("MERIDIAN_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        store = Store(browser, base, Path(accounts))
        for (name, (role, subject)), width, (theme, language) in product(SUBJECTS.items(), WIDTHS, LOOKS):
            if names and name not in names:
                continue
            page = store.page(role, width, theme, language)
            subject(store, page)
            page.screenshot(path=str(FOLDER / f"{name}-{width}-{theme}-{language}.png"))
            page.context.close()
            print(f"{name} {width} {theme} {language}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
