"""What the browser tests look at: a firm with a person for every post and some masters, behind a real server."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from urllib.request import urlopen
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client

from meridian.items.tests.factories import approved_item, draft_item
from meridian.kernel.context import Actor, Source
from meridian.kernel.values.identity import uuid7
from meridian.organization.services import CompanySetUp, NewCompany, NewUser, set_up_company
from meridian.organization.tests.factories import PASSWORD, CompanyForTests, example_uscc
from meridian.organization.vocabulary import Role
from meridian.parties.documents import LicenceDocument
from meridian.parties.tests.factories import EVERYTHING, approved_customer, approved_supplier, draft_supplier, licence
from meridian.sales.tests.factories import confirmed_order, draft_order
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.tests.outbound import House, LotIn

ADMIN_AND_HEAD = "admin_and_head"
"""Somebody with two posts: who may prepare and who may approve, but never both on one document."""
LOT = "20260901A"
CLUMSY_HEAD = "clumsy_head"
"""A quality head of whom nobody else's test needs a signature: this one mistypes passwords."""
CODED_HEAD = "coded_head"
"""A quality head who signs with a one-time code beside the password."""


@dataclass(frozen=True)
class Stage:
    """The firm and its records."""

    company: CompanyForTests
    mark: str
    without_papers: UUID
    """A supplier whose approval is blocked."""
    ready: UUID
    """A supplier that may be approved."""
    approved: UUID
    order: UUID
    """A sales order in draft, with lines."""
    shipment: UUID
    """Picked, waiting for its review."""
    house: House

    def username(self, post: str) -> str:
        """The sign-in name of the person holding a post."""
        return f"{post}-{self.mark}"

    def session(self, post: str) -> str:
        """The key of a fresh session of that person."""
        client = Client()
        answer = client.post("/sign-in", {"username": self.username(post), "password": PASSWORD})
        assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
        return str(client.cookies["sessionid"].value)

    def client(self, post: str) -> Client:
        """A browser without screen, for what needs none."""
        client = Client()
        client.cookies["sessionid"] = self.session(post)
        return client

    @cached_property
    def sessions(self) -> "Sessions":
        """One session for each post, for tests that only read."""
        return Sessions(self)


class Sessions(dict[str, str]):
    """By post; made when first asked for, and anew before one that nobody used could have ended."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._made: dict[str, float] = {}

    def __getitem__(self, post: str) -> str:
        if time.monotonic() - self._made.get(post, -settings.SESSION_COOKIE_AGE) >= settings.SESSION_COOKIE_AGE / 2:
            self[post], self._made[post] = self._stage.session(post), time.monotonic()
        return super().__getitem__(post)


def supplier_url(supplier: UUID) -> str:
    """The page of a supplier."""
    return f"/parties/suppliers/{supplier}/"


def new_supplier(stage: Stage, *, with_papers: bool = False, **fields: Any) -> UUID:
    """A draft supplier of its own for one test; with papers it may be approved."""
    supplier = draft_supplier(stage.company, int(uuid7().hex[-6:], 16), **fields)
    if with_papers:
        complete(stage, supplier)
    return supplier


def complete(stage: Stage, supplier: UUID) -> UUID:
    """Gives a supplier every paper its approval asks for; the business licence's id."""
    owner = {"supplier": supplier}
    first = licence(stage.company, owner, "business_license")
    licence(stage.company, owner, "dealing_license", mode="wholesale", scope=EVERYTHING)
    licence(stage.company, owner, "dealing_filing", mode="wholesale", scope=EVERYTHING)
    return first


def set_stage() -> Stage:
    """Writes the firm through the two doors."""
    mark = uuid7().hex[-10:]
    people = [NewUser(f"{role.value}-{mark}", f"{role.label}甲", (role,), PASSWORD) for role in Role]
    people.append(NewUser(f"{ADMIN_AND_HEAD}-{mark}", "两职乙", (Role.SYSTEM_ADMIN, Role.QUALITY_HEAD), PASSWORD))
    people.append(NewUser(f"{CLUMSY_HEAD}-{mark}", "手误丙", (Role.QUALITY_HEAD,), PASSWORD))
    people.append(NewUser(f"{CODED_HEAD}-{mark}", "口令丁", (Role.QUALITY_HEAD,), PASSWORD))
    firm = NewCompany(name="江南试验医疗器械有限公司", uscc=example_uscc(1), users=people, site_name="一号库")
    made: CompanySetUp = set_up_company(firm)
    actors = {
        role: Actor(made.users[person.username], person.name, made.company_id, Source.PAGE)
        for role, person in zip(Role, people, strict=False)
    }
    company = CompanyForTests(set_up=made, actors=actors)
    with company.scope():
        without = draft_supplier(company, 501, name="常州天宁手术器械厂")
        ready = draft_supplier(company, 502, name="上海浦江医疗设备贸易有限公司")
        house = House(company, approved_item(company), approved_customer(company, 504))
        house.stock(LotIn(LOT, "100", date(2099, 12, 31)), LotIn("20260301C", "5", date(2098, 6, 30)))
        shipment = house.shipment(confirmed_order(house, "40"))
        company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
        order = draft_order(house, "3", "5")
        stage = Stage(company, mark, without, ready, approved_supplier(company, 503), order, shipment, house)
        complete(stage, ready)
        company.draft(LicenceDocument, {"supplier": without, "kind": "business_license", "licence_no": "BL-9",
                                        "valid_from": "2020-01-01"}, EVERYTHING)  # fmt: skip
        for number in range(24):
            draft_item(company, None, device_name=f"一次性使用医用口罩 {number + 1:02}")
    return stage


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64
    """As many clients may knock at once as any test sends."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the tests read the answers."""


@contextmanager
def serving() -> Iterator[str]:
    """The whole site on a free port of loopback, as the application's role; yields its address."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        with urlopen(f"{address}/sign-in", timeout=60) as first:  # what is loaded once is no test's waiting time
            first.read()
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
