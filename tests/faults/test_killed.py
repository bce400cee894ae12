"""Kill -9 of PostgreSQL, of the web server and of the worker in the middle of their work.

Real processes over a store of their own. The middle is made certain by a lock: a posting has written its movements and
waits for the voucher's counter, a sealing has written its leaves and waits to sign the head. Afterwards no document is
half, stock equals ledger, everything verifies, and the client's retry under the same key gets its answer.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from meridian.accounts.tokens import issue_token
from meridian.evidence.verify import verify
from meridian.kernel.models import Store, User
from meridian.organization.vocabulary import Role
from meridian.site import postgres
from meridian.site.database import as_role
from meridian.site.migration import migrate_store
from meridian.warehouse.tests.outbound import House, LotIn, new_house
from tests.faults.running_site import RunningSite, eventually

pytestmark = pytest.mark.timeout(600)
SCOPES = [f"warehouse.{act}_stock_adjustment" for act in ("read", "draft", "post")]
STOCK = {"L1": 100, "L2": 100}


@dataclass
class Served:
    """The running site, the house in it, and what has been taken from its shelf so far."""

    site: RunningSite
    house: House
    taken: int = 0

    def draft(self) -> UUID:
        """A new adjustment of three of one lot and two of another."""
        with as_role(self.site.urls.application):
            return self.house.adjustment("internal_use", ("L1", "3"), ("L2", "2"))

    def expect_posted_once(self, *documents: UUID) -> None:
        """Each is posted, with one transition, its two movements and one voucher; the shelf holds the rest."""
        self.taken += len(documents)
        for document in documents:
            assert self.traces_of(document) == ("posted", 1, 2, 1)
        self.expect_everything_holds()

    def traces_of(self, document: UUID) -> tuple[Any, ...]:
        """State, transitions, movements and vouchers of a document."""
        return self.site.rows(
            "SELECT a.state, (SELECT count(*) FROM kernel_transition WHERE document_id = a.id), "
            "(SELECT count(*) FROM inventory_movement WHERE document_id = a.id), "
            "(SELECT count(*) FROM ledger_voucher WHERE source_id = a.id) FROM warehouse_stock_adjustment a "
            "WHERE a.id = %s", document,
        )[0]  # fmt: skip

    def expect_everything_holds(self) -> None:
        """Stock is what was not taken; verify, with all books recomputed, has nothing to say."""
        with as_role(self.site.urls.application):
            assert self.house.on_hand("L1") == STOCK["L1"] - 3 * self.taken
            assert self.house.on_hand("L2") == STOCK["L2"] - 2 * self.taken
            report = verify(connection, self.site.store)
        assert [problem.line() for problem in report.problems] == []
        assert {"stock balances", "stock value against the ledger", "account balances"} <= set(report.derived)

    def wait_until_sealed(self) -> None:
        """Returns when the worker has sealed everything."""
        eventually(lambda: self.site.rows("SELECT 1 WHERE NOT EXISTS (SELECT FROM kernel_unsealed)"), "all is sealed")

    def counter_held(self) -> Any:
        """The voucher's counter, held: a posting waits for it with its movements written."""
        return self.site.holding("SELECT FROM kernel_counter WHERE series = 'voucher' FOR UPDATE")


@pytest.fixture(scope="module")
def served(django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    directory = Path(tempfile.mkdtemp(prefix="meridian-faults-"))
    directory.chmod(0o755)
    store = directory / "store"
    urls = postgres.ensure(store / "server", durable=False)
    with django_db_blocker.unblock():
        with as_role(urls.owner):
            migrate_store(Store.Kind.TEST, verbosity=0)
        with as_role(urls.application):
            lots = [LotIn(name, str(quantity), date(2099, 1, 1)) for name, quantity in STOCK.items()]
            house = new_house(*lots)
            keeper = house.company.actors[Role.KEEPER]
            token = issue_token(User.objects.get(pk=keeper.user_id), label="test", scopes=SCOPES, days=1, actor=keeper)
        site = RunningSite.start(store, urls, token)
        try:
            yield Served(site, house)
        finally:
            site.stop()
            postgres.remove(store / "server")
            shutil.rmtree(directory)


class Client(threading.Thread):
    """A client that posts one document and keeps what it was told."""

    def __init__(self, site: RunningSite, document: UUID) -> None:
        super().__init__()
        self.site, self.document, self.key = site, document, uuid4().hex
        self.failure: OSError | None = None
        self.start()

    def run(self) -> None:
        try:
            self.site.post(self.document, self.key)
        except HTTPError as error:
            self.failure = OSError(f"{error.code} {error.read().decode()}")
        except OSError as error:
            self.failure = error

    def again(self) -> Any:
        """The same request under the same key, until it is answered."""
        return self.site.posted_at_last(self.document, self.key)


def test_the_database_killed_in_the_middle_of_a_posting(served: Served) -> None:
    document = served.draft()
    with served.counter_held():
        client = Client(served.site, document)
        served.site.wait_for_blocked("meridian_app")
        served.site.kill_database()
    client.join()
    assert client.failure is not None
    eventually(lambda: served.traces_of(document) == ("draft", 0, 0, 0), "nothing of it is there")
    answer = client.again()
    assert (answer["state"], answer["replayed"]) == ("posted", False)
    assert client.again()["replayed"]
    served.expect_posted_once(document)


def test_the_web_server_killed_in_the_middle_of_a_posting(served: Served) -> None:
    document = served.draft()
    with served.counter_held():
        client = Client(served.site, document)
        served.site.wait_for_blocked("meridian_app")
        served.site.kill_web_server()
        client.join()
    assert client.failure is not None
    assert served.traces_of(document) == ("draft", 0, 0, 0)
    assert client.again()["state"] == "posted"
    served.expect_posted_once(document)


def test_the_worker_killed_in_the_middle_of_a_sealing(served: Served) -> None:
    served.wait_until_sealed()
    with served.site.holding("LOCK TABLE kernel_head IN SHARE MODE"):
        document = served.draft()
        client = Client(served.site, document)
        client.join()
        assert client.failure is None
        served.site.wait_for_blocked("meridian_seal")
        served.site.kill_worker()
    served.wait_until_sealed()
    assert served.site.rows("SELECT FROM kernel_log GROUP BY table_name, row_id HAVING count(*) > 1") == []
    served.expect_posted_once(document)


def test_everything_killed_under_load_and_every_client_is_answered_once(served: Served) -> None:
    documents = [served.draft() for _turn in range(10)]
    clients = [Client(served.site, document) for document in documents]
    eventually(lambda: any(not client.is_alive() for client in clients), "the first one is answered")
    served.site.kill_database()
    served.site.kill_web_server()
    served.site.kill_worker()
    for client in clients:
        client.join()
    for client in clients:
        assert client.again()["state"] == "posted"
    served.expect_posted_once(*documents)
    served.wait_until_sealed()
    served.expect_everything_holds()
