"""The camera reads a GS1 DataMatrix as a scanner would have sent it; its decoder is fetched when it is opened."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FLAGS, Heard
from tests.browser.scanner import DEVICE_DI, Dock, book_of, lines_of, settled, task_url, unit, verdict
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT, FRAMES = 640, 480, 5


def film_of(text: str, path: Path) -> None:
    """An uncompressed film of a label that lies still in the middle of the picture."""
    image: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, gs1=True).to_image(scale=8)
    drawn = memoryview(image)
    rows, columns = image.shape
    pixels = drawn.cast("B", (rows * columns,)) if drawn.contiguous else drawn
    grey = bytearray(b"\xeb" * (WIDTH * HEIGHT))
    top, left = (HEIGHT - rows) // 2, (WIDTH - columns) // 2
    for row in range(rows):
        at = (top + row) * WIDTH + left
        grey[at : at + columns] = bytes(pixels[row * columns : (row + 1) * columns])
    frame = b"FRAME\n" + bytes(grey) + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode() + frame * FRAMES)


@pytest.fixture
def filming(tmp_path: Path, chromium: Browser) -> Iterator[Browser]:
    """A Chromium whose camera sees the label."""
    film = tmp_path / "label.y4m"
    film_of(unit("C1"), film)
    browser = chromium.browser_type.launch(
        executable_path=shutil.which(os.environ.get("MERIDIAN_CHROMIUM", "chromium")),
        args=[*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
              f"--use-file-for-fake-video-capture={film}"],
    )  # fmt: skip
    yield browser
    browser.close()


def test_the_camera_counts_a_label_once_while_it_lies_there(
    filming: Browser, dock: Dock, stage: Stage, address: str, heard: Heard
) -> None:
    receipt = dock.of_devices("5")
    context = filming.new_context(base_url=address, viewport={"width": 390, "height": 844}, permissions=["camera"])
    context.add_cookies([
        {"name": "sessionid", "value": stage.session("receiver"), "url": address},
        {"name": "meridian_language", "value": "zh-hans", "url": address},
    ])  # fmt: skip
    page: Page = context.new_page()
    heard.listen(page)
    fetched: list[str] = []
    page.on("request", lambda asked: fetched.append(asked.url.rsplit("/", 1)[-1]))
    page.goto(task_url(receipt))
    expect(page.locator("#scan-look")).to_be_visible()
    assert not {"camera.js", "zxing-reader.js", "zxing_reader.wasm"} & set(fetched)
    page.click("#scan-look")
    expect(page.locator("#scan-camera")).to_contain_text("把条码放进取景框")
    verdict(page, "已收 +1", "C1")
    page.wait_for_timeout(1_500)
    settled(page)
    assert {"camera.js", "zxing-reader.js", "zxing_reader.wasm"} <= set(fetched)
    assert lines_of(stage, receipt) == [("L1", "C1", 1)]
    assert book_of(stage, receipt)[0].text == f"]d201{DEVICE_DI}112601051729010421C1\x1d10L1"
    page.click("#scan-look")
    expect(page.locator("#scan-camera")).to_be_hidden()
    context.close()
    assert heard.complaints == []
