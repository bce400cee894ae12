"""How many statements a page takes for a person who has been there before (DESIGN §9: 25)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meridian.kernel.content import content_of
from meridian.kernel.values.canonical import canonical_text
from tests.browser.places import pages_of_records, pages_of_their_own, pages_of_types, states
from tests.browser.records import Records
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
STATEMENTS = 25


@pytest.mark.timeout(240)
def test_no_page_takes_more_statements_than_it_may(stage: Stage, records: Records) -> None:
    client, over = Client(), []
    for post, url in [*pages_of_types(), *pages_of_records(records), *pages_of_their_own(stage, records)]:
        client.cookies["sessionid"] = stage.sessions[post]
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        sent = sum("clock_offset" not in each["sql"] for each in captured)  # asked every two seconds, by any page
        if sent > STATEMENTS:
            over.append(f"{sent} {post} {url}")
    assert not over, "\n".join(over)


def test_what_a_page_shows_for_signing_is_what_the_engine_reads_again(stage: Stage, records: Records) -> None:
    with stage.company.scope():
        for declared, state, key in states(records):
            model: Any = declared.model
            shown = content_of(declared, key, model.objects.get(pk=key))
            assert canonical_text(shown) == canonical_text(content_of(declared, key)), f"{declared.code} {state}"
