"""The tutorial runs: what it tells a newcomer to do on the demo company is done, word by word, in a real browser."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from fcntl import LOCK_EX
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS
from tests.launch.demo_store import ROOT, loaded, site_environment
from tests.launch.tutorial import Walk, carry_out, steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TUTORIAL = ROOT / "docs" / "tutorial" / "first-receipt-to-first-shipment.md"


@contextmanager
def running(store: Path) -> Iterator[str]:
    """The product on a demo store, as `./meridian run` starts it; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-P", "-m", "meridian.site.command_line", "run", "--port", str(port)]
    process = subprocess.Popen(
        program, env=site_environment(store), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        process.wait(timeout=60)


def test_every_step_of_the_tutorial_does_what_it_says() -> None:
    program = shutil.which(os.environ.get("MERIDIAN_CHROMIUM", "chromium"))
    assert program is not None
    today: date = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    with loaded(LOCK_EX) as store, running(store) as address, sync_playwright() as playwright:
        people = json.loads((store / "secrets" / "demo_accounts.json").read_text(encoding="utf-8"))
        passwords = {person["role_name"]: person["password"] for person in people}
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(locale="zh-CN", viewport={"width": 1440, "height": 900})
        walk = Walk(page, address, passwords, today)
        told = list(steps(TUTORIAL))
        assert len(told) > 20
        for number, step in enumerate(told, start=1):
            try:
                carry_out(walk, step)
            except Exception as error:
                raise AssertionError(f"step {number} failed at {walk.told[-1:]}: {step}") from error
        browser.close()
