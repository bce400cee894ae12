"""The company that tests of the engine act in, and the registry they act under."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from meridian.kernel.registry import Providers, Registry, assemble, registry
from meridian.kernel.tests import engine_case
from meridian.kernel.tests.engine_case import Firm, PaperForTests, WaiverForTests
from meridian.organization.queries import zone_of_site
from meridian.organization.services import NewCompany, set_up_company
from meridian.organization.vocabulary import Role


@pytest.fixture(scope="module")
def assembled() -> Iterator[Registry]:
    """The registry with the tests' document types and nothing else; the product's own comes back afterwards."""
    kept = dict(vars(registry))
    assemble([PaperForTests, WaiverForTests], [], [], Providers(zone_of_site, reauthenticate=engine_case.proves))
    yield registry
    vars(registry).update(kept)


@pytest.fixture(scope="module")
def firm(django_db_setup: None, django_db_blocker: DjangoDbBlocker, assembled: Registry) -> Firm:
    """A company, committed, with its site; people are made when asked for."""
    with django_db_blocker.unblock():
        return new_firm()


@pytest.fixture(scope="module")
def other_firm(django_db_setup: None, django_db_blocker: DjangoDbBlocker, assembled: Registry) -> Firm:
    """Another company beside it."""
    with django_db_blocker.unblock():
        return new_firm()


@pytest.fixture(autouse=True)
def nothing_hooked() -> Iterator[None]:
    """No effect carries over from one test to the next."""
    yield
    engine_case.DURING_EFFECT.clear()
    engine_case.LOADED.clear()


def new_firm() -> Firm:
    """A company set up as the product sets one up."""
    made = set_up_company(NewCompany(name="华东医疗器械有限公司", uscc="91310000MA1FL0000N", users=()))
    firm = Firm(made=made)
    for post in (Role.BUYER, Role.PURCHASING_MANAGER, Role.QUALITY_HEAD, Role.ACCOUNTANT):
        firm.one(post)
    return firm
