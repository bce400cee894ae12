"""How many statements a page takes for a person who has been there before (DESIGN §9: 25)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.browser.places import pages_of_records, pages_of_their_own, pages_of_types
from tests.browser.records import Records
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
STATEMENTS = 25
HEAVY = {"shipments": 30, "acceptance-inspections": 28, "goods-receipts": 26, "customer-returns": 26}
"""Records that ask for most: ten statements of facts, content shown for signing, a second person. None may grow."""


@pytest.mark.timeout(240)
def test_no_page_takes_more_statements_than_it_may(stage: Stage, records: Records) -> None:
    client, over = Client(), []
    for post, url in [*pages_of_types(), *pages_of_records(records), *pages_of_their_own(stage, records)]:
        client.cookies["sessionid"] = stage.sessions[post]
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        sent = sum("clock_offset" not in each["sql"] for each in captured)  # asked every two seconds, by any page
        parts = url.split("/")
        if sent > (HEAVY.get(parts[2], STATEMENTS) if len(parts) == 5 else STATEMENTS):
            over.append(f"{sent} {post} {url}")
    assert not over, "\n".join(over)
