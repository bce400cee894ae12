"""A company with people for the tests of the API, set up once: each test's own writes are rolled back."""

import pytest
from pytest_django import DjangoDbBlocker

from tests.accounts.firm import Firm
from tests.endpoints.caller import Caller, by_session, small_firm


@pytest.fixture(scope="session")
def lasting_firm(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Firm:
    with django_db_blocker.unblock():
        return small_firm()


@pytest.fixture
def firm(lasting_firm: Firm, db: None) -> Firm:
    return lasting_firm


@pytest.fixture
def staff(firm: Firm) -> Caller:
    """Quality staff, signed in: they draft masters and put papers in force."""
    return by_session(firm, "quality_staff")
