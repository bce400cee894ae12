"""A scanner for the browser tests: it types like one, and what the page told its person is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Page, expect

from meridian.competence.tests.factories import qualification
from meridian.items.tests.factories import approved_item
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import MAKER, PACKAGES, Inbound, barcode
from meridian.scanning.models import ScanRecord
from meridian.warehouse.models import GoodsReceiptLine
from tests.browser.stage import Stage

LISTENS = """
window.heard = [];
window.felt = [];
navigator.vibrate = (pattern) => { window.felt.push(pattern); return true; };
window.AudioContext = class {
  constructor() { this.state = "running"; this.currentTime = 0; this.destination = null; }
  resume() {}
  createGain() { return { gain: {}, connect() {} }; }
  createOscillator() {
    return { frequency: {}, connect() {},
             start(at) { this.from = at; },
             stop(at) { window.heard.push([this.frequency.value, Math.round((at - this.from) * 1000)]); } };
  }
};
"""
"""Takes the place of the loudspeaker and the motor."""
TYPES = """(texts) => {
  let at = (window.pressed = performance.now());
  const key = (name) => {
    const target = document.activeElement ?? document.body;
    const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: at });
    at += 2;
    target.dispatchEvent(event);
  };
  for (const text of texts) { for (const sign of text) key(sign); key("Enter"); at += 60; }
}"""
"""A burst faster than any driver types: every key event of all scans, two milliseconds apart, a scan every 0.1 s."""


DEVICE_DI = "09520000000028"


def unit(serial: str, lot: str = "L1", last: str = "290104") -> str:
    """The barcode of a device with a serial number, in brackets as it is printed."""
    return barcode(DEVICE_DI, lot, "260105", last, f"(21){serial}")


def types(page: Page, text: str) -> None:
    """One scan through the keyboard, wherever the focus stands."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def bursts(page: Page, texts: Sequence[str]) -> None:
    """Scans as fast as hands move."""
    page.evaluate(TYPES, list(texts))


def settled(page: Page) -> None:
    """Everything scanned was answered, and nothing is held."""
    expect(page.locator("#scan-card:not([data-stop])")).to_be_visible(timeout=30_000)
    expect(page.locator("#scan-net")).to_have_class("m-net ok", timeout=30_000)


def verdict(page: Page, *words: str) -> None:
    """What the card says."""
    for each in words:
        expect(page.locator("#scan-card")).to_contain_text(each)


def lines_of(stage: Stage, receipt: UUID) -> list[tuple[str, str, int]]:
    """Lot, serial number and quantity of each line of a receipt."""
    with stage.company.scope():
        rows = GoodsReceiptLine.objects.filter(document_id=receipt).order_by("line_no")
        return [(row.lot_no, row.serial_no, int(row.quantity)) for row in rows]


def book_of(stage: Stage, document: UUID) -> list[ScanRecord]:
    """The scan book of a document, the first first."""
    with stage.company.scope():
        return list(ScanRecord.objects.filter(document_id=document).order_by("id"))


@dataclass(frozen=True)
class Dock:
    """Goods at the ramp of the stage: boxes of a lot, and devices with serial numbers."""

    boxes: Inbound
    devices: Inbound

    def of_boxes(self, quantity: str = "100") -> UUID:
        """A draft receipt of an order of boxes."""
        return self.boxes.receipt(self.boxes.order(quantity))

    def of_devices(self, quantity: str = "50") -> UUID:
        """A draft receipt of an order of devices."""
        return self.devices.receipt(self.devices.order(quantity))


def dock_of(stage: Stage) -> Dock:
    """Both kinds of goods, approved, and an inspector who may accept them."""
    company = stage.company
    boxes = approved_item(company, identifiers=PACKAGES, registration_no="苏械注准20262140031", **MAKER)
    package = {"di": DEVICE_DI, "package_level": "sales_unit", "units_per_package": "1"}
    device = approved_item(company, identifiers=[package], registration_no="苏械注准20262140032", tracking="serial",
                           device_name="冠脉球囊扩张导管", base_unit="stick", **MAKER)  # fmt: skip
    qualification(company, company.actors[Role.INSPECTOR].user_id)
    return Dock(Inbound(company, stage.approved, boxes), Inbound(company, stage.approved, device))


def task_url(document: UUID, task: str = "receive") -> str:
    """The page of a task."""
    return f"/scan/{task}/{document}"
