"""One server, one Chromium, many contexts. Whoever drives a page also learns what it said on its console."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from meridian.kernel.clock import forget_offset
from meridian.kernel.values.identity import uuid7
from meridian.site.database import as_role
from meridian.site.postgres import Urls
from tests.browser.records import Records, one_in_each_state
from tests.browser.scanner import Dock, dock_of
from tests.browser.stage import Stage, serving, set_stage
from tests.databases import new_database

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TELL_POLICY = "addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective))"


@pytest.fixture(scope="package", autouse=True)
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The run's database, open to the server's threads; Playwright's loop makes Django cautious without cause."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with django_db_blocker.unblock():
        yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def stage(database: None) -> Stage:
    """The firm."""
    return set_stage()


@pytest.fixture(scope="package")
def dock(stage: Stage) -> Dock:
    """Goods that a scanner receives."""
    return dock_of(stage)


@pytest.fixture(scope="package")
def records(stage: Stage, dock: Dock) -> Records:
    """A record of every type in every state; the dock's inspector is qualified."""
    return one_in_each_state(stage)


@pytest.fixture(scope="package")
def address(database: None) -> Iterator[str]:
    """Where the site answers."""
    with serving() as address:
        yield address


@pytest.fixture
def own_store(stage: Stage, address: str, database_urls: Urls) -> Iterator[None]:
    """A store for one story alone: its clock moves on and never back. The shared stage was set before, elsewhere."""
    with as_role(new_database(database_urls, f"story_{uuid7().hex[-12:]}").application):
        forget_offset()
        yield
    forget_offset()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which(os.environ.get("MERIDIAN_CHROMIUM", "chromium"))
    if program is None:
        raise RuntimeError("browser tests need a Chromium: set MERIDIAN_CHROMIUM or run ./meridian test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Heard:
    """What a page complained of: errors of its scripts and its content policy, and answers of 500."""

    complaints: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Follows one page."""
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _said(self, kind: str, text: str) -> None:
        is_answer = text.startswith("Failed to load resource")  # told by its status below
        if kind == "error" and not is_answer and not text.startswith("Response Status Error Code 4"):
            self.complaints.append(f"console: {text}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 500:
            self.complaints.append(f"{status} {url}")


Open = Callable[..., Page]


@pytest.fixture
def heard() -> Heard:
    """What this test's pages complained of."""
    return Heard()


@pytest.fixture
def open_page(chromium: Browser, stage: Stage, address: str, heard: Heard) -> Iterator[Open]:
    """`open_page("quality_head", "/", width=390)`: a page of its own for a person; fails when it complained."""
    contexts: list[BrowserContext] = []

    def opened(
        post: str = "",
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        theme: Literal["light", "dark"] = "light",
        language: str = "zh-hans",
        fresh: bool = True,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce",
            **options,
        )  # fmt: skip
        contexts.append(context)
        cookies = {"meridian_theme": theme, "meridian_language": language}
        if post:
            cookies["sessionid"] = stage.session(post) if fresh else stage.sessions[post]
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        context.add_init_script(TELL_POLICY)
        page = context.new_page()
        page.set_default_timeout(10_000)
        heard.listen(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert heard.complaints == []


CONTRAST = {"runOnly": ["color-contrast"]}


def violations(page: Page, **options: Any) -> list[str]:
    """What axe-core finds wrong with a page as it stands, one line each."""
    options["resultTypes"] = ["violations"]
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE)
    found = page.evaluate("async (chosen) => (await axe.run(chosen)).violations", options)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary'][:300]}" for each in found for node in each["nodes"]
    ]
