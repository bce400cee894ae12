"""W10 over the wire: 32 clients of the API issue 1 of 10 at once through a listening server (PEERS §5)."""

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import connection

from meridian.accounts.tokens import issue_token
from meridian.inventory.models import StockMovement
from meridian.kernel.models import RefusalRecord, User
from meridian.kernel.tests.engine_case import in_threads
from meridian.organization.vocabulary import Role
from meridian.warehouse.tests.outbound import House, LotIn, new_house
from tests.browser.stage import serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing, pytest.mark.timeout(400)]
CLIENTS = 32
ON_HAND = 10
SCOPES = ("warehouse.read_stock_adjustment", "warehouse.post_stock_adjustment")
ADJUSTMENTS = "/api/v1/warehouse/stock-adjustments"


def token_of(house: House, role: Role) -> str:
    """A token that posts adjustments in this person's name."""
    actor = house.company.actors[role]
    user = User.objects.get(pk=actor.user_id)
    return issue_token(user, label="W10", scopes=SCOPES, days=1, actor=actor)


def client(address: str, token: str, document: UUID, key: str) -> Callable[[], tuple[int, Any]]:
    """One client with a connection of its own: posts an adjustment under a key; status and body of the answer."""

    def post() -> tuple[int, Any]:
        wire = HTTPConnection(urlsplit(address).netloc, timeout=120)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
        body = json.dumps({"version": 1, "reason": "领用"})
        wire.request("POST", f"{ADJUSTMENTS}/{document}/post", body.encode(), headers)
        answer = wire.getresponse()
        told = json.loads(answer.read())
        wire.close()
        return answer.status, told

    return post


def issued(house: House) -> int:
    """How many issues the stock book holds."""
    with house.company.scope():
        return StockMovement.objects.filter(movement="issue").count()


def test_32_clients_issue_1_of_10_over_http__a_retry_does_not_issue_again() -> None:
    house = new_house(LotIn("L1", str(ON_HAND), None))
    documents = [house.adjustment("internal_use", ("L1", "1")) for _client in range(CLIENTS)]
    token = token_of(house, Role.KEEPER)
    with serving() as address:
        answers = in_threads([client(address, token, document, f"w10-{document}") for document in documents])
        assert Counter(status for status, _told in answers) == {200: ON_HAND, 422: CLIENTS - ON_HAND}
        refused = [told for status, told in answers if status == 422]
        assert {(told["code"], told["findings"][0]["code"]) for told in refused} == {("stock_sufficient",) * 2}
        assert issued(house) == ON_HAND
        assert house.on_hand("L1") == Decimal(0)
        with house.company.scope():
            rows = RefusalRecord.objects.filter(document_id__in=documents)
            assert Counter(rows.values_list("code", "source")) == {("stock_sufficient", "api"): CLIENTS - ON_HAND}
        done = next(document for document, (status, _told) in zip(documents, answers, strict=True) if status == 200)
        status, told = client(address, token, done, f"w10-{done}")()
        assert (status, told["replayed"], told["state"]) == (200, True, "posted")
        status, told = client(address, token, done, "another key")()
        assert status == 409
    assert issued(house) == ON_HAND
    connection.close()


def test_the_same_key_from_12_clients_over_http_issues_once() -> None:
    house = new_house(LotIn("L1", str(ON_HAND), None))
    document = house.adjustment("internal_use", ("L1", "1"))
    token = token_of(house, Role.KEEPER)
    with serving() as address:
        answers = in_threads([client(address, token, document, "pressed-12-times")] * 12)
    assert Counter((status, told["replayed"]) for status, told in answers) == {(200, False): 1, (200, True): 11}
    assert (issued(house), house.on_hand("L1")) == (1, Decimal(ON_HAND - 1))
    connection.close()
