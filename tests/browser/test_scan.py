"""Work with a scanner: fast, without touching the screen, over a bad network; nothing is lost or counted twice."""

import re
from time import perf_counter
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.purchasing.tests.inbound import barcode
from meridian.scanning.vocabulary import RecordKind, Verdict
from tests.browser.conftest import Open
from tests.browser.scanner import (
    LISTENS,
    Dock,
    book_of,
    bursts,
    lines_of,
    settled,
    task_url,
    types,
    unit,
    verdict,
)
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

EXPIRED = "200101"
WALK_SECONDS = 180
"""UX §16: receive 50 serials of one lot with a wrong one mixed in."""


def at_the_dock(open_page: Open, receipt: UUID, **options: object) -> Page:
    """The receiver's page of a receipt, with ears."""
    page = open_page("receiver", "/account/security", fresh=False, width=390, height=844, **options)
    page.add_init_script(LISTENS)
    page.goto(task_url(receipt))
    expect(page.locator("#scan-net")).to_be_visible()
    return page


def test_ten_scans_in_a_second_lose_none_and_count_in_order(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_devices("10")
    page = at_the_dock(open_page, receipt)
    serials = [f"S{number:03}" for number in range(10)]
    bursts(page, [unit(serial) for serial in serials])
    settled(page)
    assert lines_of(stage, receipt) == [("L1", serial, 1) for serial in serials]
    assert [row.captured_at for row in book_of(stage, receipt)] == sorted(
        row.captured_at for row in book_of(stage, receipt) if row.captured_at
    )
    expect(page.locator("#scan-steps")).to_contain_text("10 / 10")


@pytest.mark.timeout(240)
def test_fifty_serials_with_a_wrong_one_mixed_in(dock: Dock, stage: Stage, open_page: Open) -> None:
    """UX §16: no focus needed, no screen keyboard, the wrong one stopped and set aside, fifty counted."""
    receipt = dock.of_devices("50")
    page = at_the_dock(open_page, receipt)
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#scan-text")).to_have_attribute("inputmode", "none")
    began = perf_counter()
    for number in range(25):
        types(page, unit(f"N{number:03}"))
    settled(page)
    expect(page.locator("#scan-lines li")).to_have_count(1)
    expect(page.locator("#scan-lines")).to_contain_text("25 / 50")
    expect(page.locator("#scan-quantity")).to_contain_text("25 / 50")
    types(page, unit("WRONG1", "L9", EXPIRED))
    verdict(page, "L9", "已过期")
    types(page, unit("N025"))  # the hand was faster than the eye
    expect(page.locator("#scan-net")).to_contain_text("已暂停 · 1 待传")
    page.click("text=移入待处理")
    for number in range(26, 50):
        types(page, unit(f"N{number:03}"))
    settled(page)
    took = perf_counter() - began
    print(f"50 serials of one lot, a wrong one mixed in: {took:.1f} s of {WALK_SECONDS}")
    assert took < WALK_SECONDS
    assert lines_of(stage, receipt) == [("L1", f"N{number:03}", 1) for number in range(50)]
    expect(page.locator("#scan-steps")).to_contain_text("50 / 50")
    aside = [row for row in book_of(stage, receipt) if row.kind == RecordKind.SET_ASIDE]
    assert len(aside) == 1
    assert page.evaluate("navigator.virtualKeyboard?.boundingRect.height ?? 0") == 0
    assert page.locator("#scan-text").get_attribute("inputmode") == "none"


def test_a_stop_is_heard_felt_and_read_and_holds_what_is_scanned_after_it(
    dock: Dock, stage: Stage, open_page: Open
) -> None:
    receipt = dock.of_boxes()
    page = at_the_dock(open_page, receipt)
    types(page, barcode())
    verdict(page, "已收 +1", "黄 · 待验")
    settled(page)
    assert [880, 80] in page.evaluate("heard")
    assert [40] in page.evaluate("felt")
    types(page, "(01)09520000000012(10)L1")  # the check digit is wrong
    card = page.locator("#scan-card")
    expect(card).to_have_class(re.compile(r"\bbad\b"))
    expect(page.locator("#scan-alert")).to_contain_text("条码无法识别")
    assert page.evaluate("heard.at(-1)") == [220, 300]
    assert page.evaluate("felt.at(-1)") == [200, 100, 200]
    types(page, barcode())
    types(page, barcode())
    expect(page.locator("#scan-net")).to_contain_text("已暂停 · 2 待传")
    assert lines_of(stage, receipt) == [("L1", "", 1)]
    page.reload()
    expect(page.locator("#scan-net")).to_contain_text("已暂停 · 2 待传")
    page.click("text=重扫")
    settled(page)
    assert lines_of(stage, receipt) == [("L1", "", 3)]


def test_a_serial_number_counts_once(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_devices("5")
    page = at_the_dock(open_page, receipt)
    types(page, unit("D1"))
    verdict(page, "已收 +1")
    types(page, unit("D1"))
    verdict(page, "序列号重复", "D1")
    assert lines_of(stage, receipt) == [("L1", "D1", 1)]


@pytest.mark.parametrize(
    ("sent", "added"),
    [
        ("]d20109520000000011112601051729010410L1", 1),
        ("0109520000000011112601051729010410L1\x1d30", 1),
        (barcode(), 1),
        (barcode(CASE_DI), 20),
        ("^0109520000000011112601051729010410L1", 1),
        ("https://id.gs1.org/01/09520000000011/10/L1?11=260105&17=290104", 1),
        (f"(01){BOX_DI}(17)290104(10)L1(99)unknown", 1),
    ],
    ids=["symbology in front", "separator as Ctrl+]", "brackets", "a case", "caret", "digital link", "unknown AI"],
)
def test_the_spellings_of_a_barcode(sent: str, added: int, dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = at_the_dock(open_page, receipt)
    head, separator, _rest = sent.partition("\x1d")
    page.keyboard.type(head)
    if separator:
        page.keyboard.press("Control+]")
    page.keyboard.press("Tab")
    verdict(page, f"已收 +{added}")
    assert lines_of(stage, receipt) == [("L1", "", added)]
    raw = book_of(stage, receipt)[0].text
    assert raw.startswith(head)
    assert bool(separator) == (raw != head)


def test_the_last_scan_is_taken_back_and_the_stepper_counts(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = at_the_dock(open_page, receipt)
    types(page, barcode())
    types(page, barcode())
    settled(page)
    page.click("#scan-undo")
    settled(page)
    assert lines_of(stage, receipt) == [("L1", "", 1)]
    for _press in range(3):
        page.click("#scan-more")
    settled(page)
    assert lines_of(stage, receipt) == [("L1", "", 4)]
    page.click("#scan-less")
    settled(page)
    page.click("#scan-set")
    expect(page.locator("#scan-amount")).to_be_visible()
    page.fill("#scan-amount", "３６")
    page.press("#scan-amount", "Enter")
    settled(page)
    assert lines_of(stage, receipt) == [("L1", "", 36)]
    page.click("#scan-set")
    page.fill("#scan-amount", "many")
    page.press("#scan-amount", "Enter")
    verdict(page, "数量无法识别")
    assert lines_of(stage, receipt) == [("L1", "", 36)]


def test_a_network_cut_and_back_loses_none(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_devices("20")
    page = at_the_dock(open_page, receipt)
    types(page, unit("F0"))
    settled(page)
    page.context.set_offline(True)
    for number in range(1, 8):
        types(page, unit(f"F{number}"))
    expect(page.locator("#scan-net")).to_contain_text("离线 · 7 待传")
    page.click("#scan-finish")
    expect(page.locator("#scan-note")).to_contain_text("上传后再完成")
    page.context.set_offline(False)
    settled(page)
    assert [serial for _lot, serial, _n in lines_of(stage, receipt)] == [f"F{number}" for number in range(8)]


def test_a_scan_refused_after_the_cut_surfaces_and_holds_the_rest(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_devices("20")
    page = at_the_dock(open_page, receipt)
    types(page, unit("G0"))
    settled(page)
    page.context.set_offline(True)
    for text in (unit("G1"), unit("G1"), unit("G2")):
        types(page, text)
    expect(page.locator("#scan-net")).to_contain_text("离线 · 3 待传")
    page.context.set_offline(False)
    expect(page.locator("#scan-card[data-stop]")).to_have_class(re.compile(r"\bbad\b"), timeout=30_000)
    verdict(page, "序列号重复", "G1")
    expect(page.locator("#scan-net")).to_contain_text("已暂停 · 1 待传")
    assert page.evaluate("heard.at(-1)") == [220, 300]
    page.click("text=移入待处理")
    settled(page)
    assert [serial for _lot, serial, _n in lines_of(stage, receipt)] == ["G0", "G1", "G2"]
    assert [row.kind for row in book_of(stage, receipt)].count(RecordKind.SET_ASIDE) == 1


def test_an_answer_that_got_lost_is_asked_again_and_counts_once(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = at_the_dock(open_page, receipt)
    lost: list[str] = []

    def loses(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().text())  # the server counted, the radio went
            route.abort()
        else:
            route.continue_()

    page.route("**/take", loses)
    types(page, barcode())
    settled(page)
    assert len(lost) == 1
    assert lines_of(stage, receipt) == [("L1", "", 1)]


def test_a_page_that_was_closed_mid_way_sends_the_rest(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_devices("20")
    page = at_the_dock(open_page, receipt)
    page.route("**/take", lambda route: route.abort())
    for number in range(3):
        types(page, unit(f"R{number}"))
    expect(page.locator("#scan-net")).to_contain_text("3 待传")
    page.unroute("**/take")
    page.reload()
    settled(page)
    assert [serial for _lot, serial, _n in lines_of(stage, receipt)] == ["R0", "R1", "R2"]


def test_a_person_types_by_hand_and_an_ime_sends_nothing(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = at_the_dock(open_page, receipt)
    page.click("#scan-type")
    expect(page.locator("#scan-text")).to_have_attribute("inputmode", "text")
    text = barcode()
    page.keyboard.type(text[:6], delay=60)
    page.evaluate("""() => {
      const field = document.getElementById("scan-text");
      for (const options of [{ isComposing: true }, { keyCode: 229 }])
        for (const key of ["a", "b", "c", "Enter"])
          field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));
    }""")
    expect(page.locator("#scan-text")).to_have_value(text[:6])
    page.keyboard.type(text[6:], delay=45)
    page.keyboard.press("Enter")
    verdict(page, "已收 +1")
    assert lines_of(stage, receipt) == [("L1", "", 1)]
    assert book_of(stage, receipt)[0].text == text


def test_fast_hands_in_another_field_lose_no_letter(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = at_the_dock(open_page, receipt)
    types(page, barcode())
    settled(page)
    page.click("#scan-set")
    page.fill("#scan-amount", "")
    page.keyboard.type("123")  # as fast as a scanner, but no Enter follows
    expect(page.locator("#scan-amount")).to_have_value("123")
    bursts(page, [barcode()])
    settled(page)
    assert lines_of(stage, receipt) == [("L1", "", 2)]


def test_local_answer_comes_within_the_blink_of_an_eye(dock: Dock, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = at_the_dock(open_page, receipt)
    page.evaluate("""() => {
      const chip = document.getElementById("scan-net");
      window.seen = 0;
      new MutationObserver(() => { window.seen ||= performance.now() - window.pressed; })
        .observe(chip, { subtree: true, childList: true, attributes: true, characterData: true });
    }""")
    bursts(page, [barcode()])
    settled(page)
    assert page.evaluate("[1760, 15].every((each, at) => heard[0][at] === each)")
    assert page.evaluate("seen") < 150


def test_without_script_the_plain_form_counts_and_stops(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = open_page("receiver", task_url(receipt), fresh=False, width=390, java_script_enabled=False)
    page.fill("#scan-text", barcode())
    page.click("#scan-ok")
    verdict(page, "已收 +1")
    page.fill("#scan-text", "nothing known")
    page.click("#scan-ok")
    verdict(page, "条码无法识别")
    page.click("text=移入待处理")
    page.click("#scan-undo")
    assert lines_of(stage, receipt) == []
    assert [row.verdict for row in book_of(stage, receipt)][:2] == [Verdict.OK, Verdict.STOP]
