"""Everything there is to open: every type's list, form and print, a record of it in every state, in both languages."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens.derive import addresses
from tests.browser.conftest import Open
from tests.browser.records import one_in_each_state
from tests.browser.scanner import Dock
from tests.browser.stage import LOT, Stage, supplier_url
from tests.browser.words import Data, said

pytestmark = pytest.mark.browser
Records = dict[tuple[str, str], UUID]
Place = tuple[str, str]
"""Whose page, and its address."""


@pytest.fixture(scope="package")
def records(stage: Stage, dock: Dock) -> Records:
    """A record of every type in every state."""
    return one_in_each_state(stage)


def reader_of(declared: AnyDocumentType, state: str) -> str:
    """Who opens a record in a state: whoever may move it on, or else whoever writes it."""
    movers = [str(move.allowed_to[0]) for move in declared.transitions.values() if state in map(str, move.source)]
    return [*movers, str(declared.drafted_by[0])][0]


def states(records: Records) -> Iterator[tuple[AnyDocumentType, str, UUID]]:
    """Every type and state with its record."""
    for (code, state), record in records.items():
        yield registry.document_types[code], state, record


def pages_of_types() -> Iterator[Place]:
    """The list and the empty form of every type, as whoever writes it."""
    for declared in registry.document_types.values():
        writer = str(declared.drafted_by[0])
        yield writer, addresses.list_url(declared)
        if declared.creatable and declared.editable:
            yield writer, addresses.new_url(declared)


def pages_of_records(records: Records) -> Iterator[Place]:
    """A record in every state."""
    for declared, state, record in states(records):
        yield reader_of(declared, state), addresses.page_url(declared, record)


def pages_of_work(records: Records) -> Iterator[Place]:
    """What may be done with a record in its state: the form that changes it, and one for every move."""
    for declared, state, record in states(records):
        if state in map(str, declared.editable_in):
            yield str(declared.drafted_by[0]), addresses.step_url(declared, record, "edit")
        for name, move in declared.transitions.items():
            if state in map(str, move.source):
                yield str(move.allowed_to[0]), addresses.step_url(declared, record, name)


def pages_of_their_own(stage: Stage, records: Records) -> Iterator[Place]:
    """Pages that no declaration makes."""
    lot, receipt = stage.house.lots[LOT], records["goods_receipt", "draft"]
    for url in ("/", "/inventory/stock", f"/inventory/lots/{lot}", f"/trace?q={LOT}", "/find?q=GHZ",
                f"/labels/print?lot={lot}", "/scan", f"/scan?q={LOT}", "/account/security", "/no/such/page",
                f"/warehouse/goods-receipts/{receipt}/transit-log", "/palette?q=", "/palette?q=ycx",
                "/palette?q=%3E"):  # fmt: skip
        yield "warehouse_manager", url
    for task, code, state, post in (("receive", "goods_receipt", "draft", "receiver"),
                                    ("put-away", "putaway", "draft", "keeper"),
                                    ("move", "internal_move", "draft", "keeper"),
                                    ("pick", "shipment", "draft", "picker"),
                                    ("review", "shipment", "picked", "reviewer")):  # fmt: skip
        yield post, f"/scan/{task}/{records[code, state]}"
    for post, url in (("accountant", "/ledger/vouchers"), ("accountant", "/ledger/trial-balance"),
                      ("security_admin", "/people/"), ("security_admin", "/roles/"),
                      ("security_admin", "/roles/keeper/"), ("system_admin", "/system/jobs"),
                      ("auditor", "/compliance/evidence"), ("quality_head", f"{supplier_url(stage.approved)}trail"),
                      ("quality_head", f"{supplier_url(stage.approved)}?section=signatures")):  # fmt: skip
        yield post, url


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_word_is_left_untranslated(language: str, stage: Stage, records: Records) -> None:
    data, client, found = Data(stage.company), Client(), dict[str, str]()
    is_wrong = data.untranslated if language == "en" else data.foreign
    work = pages_of_work(records) if language == "en" else ()
    client.cookies["meridian_language"] = language
    for post, url in [*pages_of_types(), *pages_of_records(records), *work, *pages_of_their_own(stage, records)]:
        client.cookies["sessionid"] = stage.sessions[post]
        answer = client.get(url)
        assert answer.status_code == (404 if url == "/no/such/page" else 200), f"{answer.status_code} {post} {url}"
        for text in said(answer.content.decode()):
            if is_wrong(text):
                found.setdefault(text[:90], f"{post} {url}")
    assert not found, "\n".join(f"{text}  ({where})" for text, where in found.items())


def visited(page: Page, stage: Stage, address: str, place: Place) -> str:
    """Opens a page as its person; what is wrong with it, or nothing. The console is listened to all along."""
    post, url = place
    page.context.add_cookies([{"name": "sessionid", "value": stage.sessions[post], "url": address}])
    answer = page.goto(url, wait_until="domcontentloaded")
    status, headings = answer.status if answer is not None else 0, page.locator("h1").count()
    return "" if status == 200 and headings == 1 else f"{post} {url}: {status}, {headings} headings"


@pytest.mark.timeout(300)
def test_a_record_opens_in_every_state_it_may_stand_in(
    stage: Stage, records: Records, open_page: Open, address: str
) -> None:
    page = open_page("keeper", "/", fresh=False)
    wrong = [visited(page, stage, address, place) for place in [*pages_of_records(records), *pages_of_types()]]
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.timeout(300)
def test_a_record_of_every_type_is_looked_into_from_its_list(
    stage: Stage, records: Records, open_page: Open, address: str
) -> None:
    page = open_page("keeper", "/", fresh=False)
    for code in dict.fromkeys(code for code, _state in records):
        declared = registry.document_types[code]
        last = len(declared.screen.views) - 1
        assert (
            visited(page, stage, address, (str(declared.drafted_by[0]), addresses.list_url(declared, view=str(last))))
            == ""
        )
        page.keyboard.press("j")
        number = page.locator("tr.at a.id").inner_text()
        page.keyboard.press("Space")
        expect(page.locator("dialog[open] #look-h")).to_contain_text(number)


def test_every_form_of_every_type_is_printed(stage: Stage, records: Records) -> None:
    client, printed = Client(), set[tuple[str, str]]()
    for declared, state, record in states(records):
        client.cookies["sessionid"] = stage.sessions[reader_of(declared, state)]
        url = addresses.page_url(declared, record)
        for link in forms_on(client.get(url).content.decode()):
            name = link.rstrip("/").rsplit("/", 1)[-1].split("?")[0]
            if (declared.code, name) not in printed:
                printed.add((declared.code, name))
                answer = client.get(link)
                assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-"), link
    wanted = {(code, each.name) for code, declared in registry.document_types.items() for each in declared.prints}
    assert wanted | {(code, "record") for code in registry.document_types} == printed


def forms_on(html: str) -> list[str]:
    """Addresses of the forms a record's page offers."""
    return re.findall(r'href="([^"]*/print/[^"]*)"', html)
