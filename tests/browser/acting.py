"""What the people of a story do on pages: sign in by hand, walk the menu, fill forms, sign."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from meridian.kernel.models import User
from meridian.organization.tests.factories import PASSWORD, CompanyForTests
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound
from tests.browser.conftest import Open

NEXT_STEP = ".m-head .acts .btn-primary"
STATE = ".m-head .m-b"
RECORD = re.compile(r"/[0-9a-f-]{36}/$")
SIGNED_IN = re.compile(r"^[^?]*(?<!/sign-in)$")


@dataclass(frozen=True)
class Cast:
    """The people of the story; each comes in through the sign-in page with a browser of their own."""

    company: CompanyForTests
    open_page: Open

    def enters(self, role: Role) -> Page:
        """Signs the holder of a post in by hand."""
        page = self.open_page("", "/sign-in")
        page.fill("#username", User.objects.get(pk=self.company.actors[role].user_id).username)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(SIGNED_IN)
        return page

    def name(self, role: Role) -> str:
        """How the pages call the holder of a post."""
        return self.company.actors[role].name


@dataclass(frozen=True)
class Buyers(Cast):
    """The people of a company that buys."""

    inbound: Inbound


def goes_to(page: Page, area: str, leaf: str) -> None:
    """Through the menu: an area, then a leaf of it."""
    page.click(f".m-nav a[title='{area}']")
    page.click(f".m-nav .sub span:text-is('{leaf}')")
    expect(page.locator("h1")).to_contain_text(leaf)


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Types into the fields of a form; in a list, chooses the entry that holds the words."""
    for name, value in values.items():
        field = page.locator(f"[id='f-{name}']")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(field.locator("option", has_text=value).first.get_attribute("value"))
        else:
            field.fill(value)


def saved(page: Page) -> str:
    """Saves the form; the number of the record it leads to."""
    page.click("main form .m-head .btn-primary")
    page.wait_for_url(RECORD)
    return page.locator("h1").inner_text().split()[-1]


def opened(page: Page, number: str) -> None:
    """A record of the list on the page."""
    page.click(f"tbody a:has-text('{number}')")
    page.wait_for_url(RECORD)


def signs(page: Page, code: str = "") -> None:
    """Presses the next step, types what the dialog asks for, signs."""
    page.click(NEXT_STEP)
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=password]").fill(PASSWORD)
    assert dialog.locator("[name=code]").count() == bool(code)
    if code:
        dialog.locator("[name=code]").fill(code)
    dialog.locator("footer .btn-primary").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def rows(page: Page) -> Locator:
    """The rows of the table on the page."""
    return page.locator("main tbody tr")
