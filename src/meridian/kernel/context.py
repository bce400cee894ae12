"""Who acts, for which company, and when: the context every query and every write stands in.

The context of a request or job lives in a context variable; a write transaction repeats it in the database
(`kernel/act.py`), where triggers and column defaults read it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Source(StrEnum):
    """The door an act came through."""

    PAGE = "page"
    API = "api"
    SCAN = "scan"
    JOB = "job"
    IMPORT = "import"
    COMMAND = "command"


@dataclass(frozen=True)
class Actor:
    """A person or service as the session knows them; nothing here ever comes from a payload."""

    user_id: UUID
    name: str
    company_id: UUID
    source: Source
    address: str = ""
    session_key: str = ""
    is_machine: bool = False
    token_scopes: frozenset[str] | None = None
    """Permissions a token is limited to; None for a person's own session."""


class UnscopedQueryError(RuntimeError):
    """A table of companies was asked outside any company: a defect in the code, never an answer to a user."""


@dataclass(frozen=True)
class _Frame:
    company_id: UUID | None = None
    instant: datetime | None = None
    transaction_id: UUID | None = None
    user_id: UUID | None = None


_OUTSIDE = _Frame()
_frame: ContextVar[_Frame] = ContextVar("meridian_frame", default=_OUTSIDE)


def current_company_id() -> UUID:
    """The company in scope; raises UnscopedQueryError outside `in_company`."""
    company_id = _frame.get().company_id
    if company_id is None:
        raise UnscopedQueryError("no company in scope: wrap the work in kernel.context.in_company(...)")
    return company_id


def company_in_scope() -> UUID | None:
    """The company in scope, or None outside any."""
    return _frame.get().company_id


def act_instant() -> datetime | None:
    """The instant of the act under way (UTC), or None outside an act."""
    return _frame.get().instant


def act_transaction_id() -> UUID | None:
    """The label of the act under way, or None outside an act."""
    return _frame.get().transaction_id


def acting_user_id() -> UUID | None:
    """The person or service whose act is under way, or None outside an act."""
    return _frame.get().user_id


@contextmanager
def in_company(company_id: UUID) -> Iterator[None]:
    """Everything inside reads and writes this company's rows only."""
    token = _frame.set(_Frame(company_id=company_id))
    try:
        yield
    finally:
        _frame.reset(token)


@contextmanager
def in_act(company_id: UUID, transaction_id: UUID, instant: datetime, user_id: UUID) -> Iterator[None]:
    """Everything inside belongs to one write transaction; entered by the engine alone."""
    token = _frame.set(_Frame(company_id, instant, transaction_id, user_id))
    try:
        yield
    finally:
        _frame.reset(token)
