"""Walks the tutorial as a reader does: every sentence of its numbered steps is carried out in a real browser.

A step is made of clauses; each begins with what to do and names the screen's words in bold, what is typed or seen in
code. A clause that no rule understands is a fault of the page.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

BOLD, CODE = r"\*\*([^*]+)\*\*", r"`([^`]+)`"
DAYS = {"今天": 0, "明天": 1, "后天": 2}
STEP = re.compile(r"^\d+\. (.+)$")
RECORD = re.compile(r"/[0-9a-f-]{36}/$")


@dataclass
class Walk:
    """One reader at one browser. `row` is the line of the grid the step is about, None for the header."""

    page: Page
    address: str
    passwords: dict[str, str]
    today: date
    role: str = ""
    row: int | None = None
    told: list[str] = field(default_factory=list)

    def enter(self, role: str) -> None:
        """Through the sign-in page, by the demo account of a post."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}/sign-in")
        self.role = role
        self.page.locator(".m-demo button", has=self.page.locator(f".t:has-text('{role}')")).first.click()
        self.page.wait_for_url(re.compile(r"^[^?]*(?<!/sign-in)$"))

    def open_menu(self, path: str) -> None:
        """A leaf of the menu."""
        area, leaf = path.split(" › ")
        self.page.click(f".m-nav a[title='{area}']")
        self.page.click(f".m-nav .sub span:text-is('{leaf}')")
        expect(self.page.locator(".m-nav .sub [aria-current]")).to_contain_text(leaf)

    def open_newest(self) -> None:
        """The record on top of the list."""
        self.page.locator("main tbody tr a").first.click()
        self.page.wait_for_url(RECORD)

    def press(self, label: str) -> None:
        """A button or link of the page, or of the dialog that lies over it."""
        self.row = None
        self._pressable(label).click()
        self.page.wait_for_timeout(150)  # a request in the page begins at once and marks what asked for it
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        self.page.wait_for_load_state("networkidle")

    def _pressable(self, label: str) -> Locator:
        dialog = self.page.locator("dialog[open]")
        place = dialog if dialog.count() else self.page.locator("main, .m-scan-foot")
        words = re.compile(rf"^\s*{re.escape(label)}\s*(Ctrl.*|\d+)?\s*$")  # a key or a count may follow
        found = place.get_by_role("button", name=words).or_(place.get_by_role("link", name=words))
        return found.filter(visible=True).first

    def at_line(self, number: str) -> None:
        """What follows is about a line of the grid."""
        self.row = int(number)

    def put(self, label: str, value: str) -> None:
        """A value into a field, or the entry of a list that holds the words."""
        box = self._field(label)
        if box.evaluate("each => each.tagName") == "SELECT":
            option = box.locator("option", has_text=value).first.get_attribute("value")
            box.select_option(option)
            return
        if value in DAYS:
            value = (self.today + timedelta(DAYS[value])).isoformat()
        box.fill(value)
        if box.get_attribute("role") == "combobox":
            offered = self.page.locator("[role=option]:visible")
            for word in value.split(" · "):
                offered = offered.filter(has_text=word)
            offered.first.wait_for()
            whole = offered.filter(has=self.page.get_by_text(value, exact=True))
            (whole if whole.count() else offered).first.click()

    def _field(self, label: str) -> Locator:
        if self.row is not None:
            return self.page.locator("main .m-edit tbody tr").nth(self.row - 1).get_by_label(label, exact=True).first
        words = re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")
        name = self.page.locator("main label", has_text=words).first.get_attribute("for")
        return self.page.locator(f"[id='{name}']")

    def scan(self, text: str) -> None:
        """A scanner types fast and ends with Enter, wherever the focus is."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(600)

    def sign(self) -> None:
        """The password into the dialog that asks for it."""
        dialog = self.page.locator("dialog[open]")
        dialog.locator("[name=password]").fill(self.passwords[self.role])
        dialog.locator("footer .btn-primary").click()
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def stand(self, state: str) -> None:
        """The state beside the record's number."""
        expect(self.page.locator(".m-head .m-b").first).to_have_text(state)

    def see(self, text: str) -> None:
        """Words on the page."""
        expect(self.page.locator("main")).to_contain_text(text)


RULES: list[tuple[str, Callable[..., None]]] = [
    (rf"用 {BOLD} 登录", Walk.enter),
    (rf"打开 {BOLD}", Walk.open_menu),
    (r"打开最上面一张", Walk.open_newest),
    (rf"点 {BOLD}", Walk.press),
    (r"第 (\d+) 行：", Walk.at_line),
    (rf"{BOLD} [填选] {CODE}", Walk.put),
    (rf"扫描 {CODE}", Walk.scan),
    (r"签名", Walk.sign),
    (rf"状态为 {CODE}", Walk.stand),
    (rf"(?:应看到 |、){CODE}", Walk.see),
]
BETWEEN = "，。；\u0020"


def steps(page: Path) -> Iterator[str]:
    """The numbered steps of a tutorial, in order."""
    for line in page.read_text(encoding="utf-8").splitlines():
        found = STEP.match(line)
        if found:
            yield found[1]


def carry_out(walk: Walk, step: str) -> None:
    """Every clause of a step, left to right. Raises ValueError for one that no rule understands."""
    rest = step.lstrip(BETWEEN)
    while rest:
        for pattern, act in RULES:
            found = re.match(pattern, rest)
            if found:
                walk.told.append(found[0])
                act(walk, *found.groups())
                rest = rest[found.end() :].lstrip(BETWEEN)
                break
        else:
            raise ValueError(f"the tutorial says what no reader can follow: {rest}")
