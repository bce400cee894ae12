"""Everything there is to open: every type's list, form and print, a record of it in every state, in both languages."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from meridian.kernel.content import content_of
from meridian.kernel.registry import registry
from meridian.kernel.values.canonical import canonical_text
from meridian.platform.screens.derive import addresses
from tests.browser.conftest import Open
from tests.browser.places import (
    Place,
    pages_of_records,
    pages_of_their_own,
    pages_of_types,
    pages_of_work,
    reader_of,
    states,
    writer_of,
)
from tests.browser.records import Records
from tests.browser.stage import Stage
from tests.browser.words import Data, said

pytestmark = pytest.mark.browser
STATEMENTS = 25
"""What a page may take for a person who has been there before (DESIGN §9)."""


@pytest.mark.timeout(600)
def test_no_page_leaves_a_word_untranslated_or_takes_more_statements_than_it_may(
    stage: Stage, records: Records
) -> None:
    """Every page twice, in English and in Chinese; the second time its person has been there before."""
    data, client = Data(stage.company), Client()
    words, heavy = dict[str, str](), list[str]()
    for post, url in [*pages_of_types(), *pages_of_records(records), *pages_of_their_own(stage, records)]:
        client.cookies["sessionid"] = stage.sessions[post]
        foreign(client, "en", url, data, words)
        with CaptureQueriesContext(connection) as captured:
            foreign(client, "zh-hans", url, data, words)
        sent = sum("clock_offset" not in each["sql"] for each in captured)  # asked every two seconds, by any page
        if sent > STATEMENTS:
            heavy.append(f"{sent} {post} {url}")
    for post, url in pages_of_work(records):
        client.cookies["sessionid"] = stage.sessions[post]
        foreign(client, "en", url, data, words)
    wrong = [*heavy, *(f"{text}  ({where})" for text, where in words.items())]
    assert not wrong, "\n".join(wrong)


def foreign(client: Client, language: str, url: str, data: Data, found: dict[str, str]) -> None:
    """Opens a page; adds what it says in another language, and where."""
    client.cookies["meridian_language"] = language
    answer = client.get(url)
    assert answer.status_code == (404 if url == "/no/such/page" else 200), f"{answer.status_code} {url}"
    is_wrong = data.untranslated if language == "en" else data.foreign
    for text in said(answer.content.decode()):
        if is_wrong(text):
            found.setdefault(text[:90], f"{language} {url}")


def test_what_a_page_shows_for_signing_is_what_the_engine_reads_again(stage: Stage, records: Records) -> None:
    with stage.company.scope():
        for declared, state, key in states(records):
            model: Any = declared.model
            shown = content_of(declared, key, model.objects.get(pk=key))
            assert canonical_text(shown) == canonical_text(content_of(declared, key)), f"{declared.code} {state}"


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
        assert visited(page, stage, address, (writer_of(declared), addresses.list_url(declared, view=str(last)))) == ""
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
