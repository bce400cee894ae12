"""The registry with one more document type, and a company whose stock tests may move."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from meridian.inventory.tests.stock_case import StockPaper, Warehouse, new_warehouse
from meridian.kernel.clock import forget_offset
from meridian.kernel.registry import registry
from meridian.kernel.sql import run


@pytest.fixture(scope="module")
def stock_papers() -> Iterator[None]:
    """The product's registry and the tests' stock paper."""
    kept = dict(vars(registry))
    registry.document_types = {**registry.document_types, StockPaper.code: StockPaper}
    yield
    vars(registry).update(kept)


@pytest.fixture
def warehouse(db: None, stock_papers: None) -> Warehouse:
    """A company of this test alone."""
    return new_warehouse()


@pytest.fixture
def other_warehouse(db: None, stock_papers: None) -> Warehouse:
    """Another company beside it."""
    return new_warehouse()


@pytest.fixture
def days_pass(db: None) -> Iterator[Callable[[int], None]]:
    """Moves the clock of this test's store on by so many days; the test's end takes it back."""

    def move(days: int) -> None:
        run("UPDATE kernel_store SET clock_offset = clock_offset + make_interval(days => %s)", [days])
        forget_offset()

    yield move
    forget_offset()


@pytest.fixture
def committed_warehouse(transactional_db: None, stock_papers: None, django_db_blocker: DjangoDbBlocker) -> Warehouse:
    """A company that other connections see."""
    return new_warehouse()
