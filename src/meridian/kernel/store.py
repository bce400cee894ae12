"""Birth of a store and its clock."""

from datetime import timedelta

from meridian.kernel import clock
from meridian.kernel.models import Store
from meridian.kernel.sql import run


def create_store(kind: Store.Kind, behind: timedelta = timedelta(0)) -> None:
    """Marks an empty database as a normal, demo or test store; once, as owner. A second call changes nothing.

    A demo or test store may be born with its clock `behind` the real time, to live through a past.
    """
    run(
        "INSERT INTO kernel_store (singleton, kind, clock_offset, created_at) "
        "VALUES (true, %s, %s, clock_timestamp()) ON CONFLICT DO NOTHING",
        [kind.value, -behind],
    )


def kind_of_store() -> Store.Kind:
    """What kind of store this is; raises Store.DoesNotExist before birth."""
    return Store.Kind(Store.objects.get().kind)


def advance_clock(by: timedelta) -> None:
    """Moves a demo or test store's clock forward; the database refuses it in a normal store, and backwards."""
    run("UPDATE kernel_store SET clock_offset = clock_offset + %s", [by])
    clock.forget_offset()
