"""Hands on the keyboard alone: every step shows where the focus is."""

from playwright.sync_api import Page

FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const name = `${at.tagName} ${at.id || at.name || (at.textContent ?? "").trim().slice(0, 30)}`;
  if (at === document.body) return { name, shown: false };
  let shown = at.matches("input[type=date], input[type=datetime-local]"); // the part within draws its own
  for (let each = at, up = 0; each && up < 3 && !shown; each = each.parentElement, up += 1) {
    const style = getComputedStyle(each);
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const outlined = drawn && !/, 0\\)$/.test(style.outlineColor);
    shown = (style.boxShadow !== "none" && (up === 0 || each.matches(":focus-within"))) || outlined;
  }
  const point = document.elementFromPoint(box.x + Math.min(box.width, 20) / 2, box.y + box.height / 2);
  const seen = box.bottom > 0 && box.top < innerHeight && point !== null && (at.contains(point) || point.contains(at));
  return { name, shown: shown && seen, ring: shown, over: seen ? '' : point?.outerHTML.slice(0, 120) };
}"""
"""What has the focus, and whether its ring is drawn and nothing lies over it."""


def see(page: Page) -> str:
    """What has the focus now; fails when no ring shows it."""
    found = page.evaluate(FOCUS)
    assert found["shown"], f"{found} at {page.url}"
    return str(found["name"])


def press(page: Page, *keys: str) -> None:
    """Keys one after another; the focus shows after each."""
    for key in keys:
        page.keyboard.press(key)
        see(page)


def tab_to(page: Page, selector: str, *, within: int = 12, back: bool = False) -> None:
    """Tab by Tab to an element, seen at each step."""
    passed = []
    for _ in range(within):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        passed.append(see(page))
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {within} tabs: {passed}")


def dated(page: Page, day: str) -> None:
    """Types a day (YYYY-MM-DD) into the focused date field, in the order this browser asks its parts in."""
    year, month, date = day.split("-")
    before = page.evaluate("document.activeElement.value")
    for parts in ((year.zfill(6), month, date), (month, date, year)):
        page.keyboard.type("".join(parts))
        if page.evaluate("document.activeElement.value") == day:
            return
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
    raise AssertionError(f"{day} cannot be typed over {before}: {page.evaluate('document.activeElement.value')}")
