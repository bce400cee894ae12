"""What tests of the evidence share: an act of a company of their own, and the database as each of its roles."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from meridian.kernel.act import OpenAct, open_act
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.models import Role, Waiver
from meridian.kernel.values.identity import uuid7


def actor_of(company_id: UUID) -> Actor:
    """A person of a company, as the session would know them."""
    return Actor(user_id=uuid7(), name="王芳", company_id=company_id, source=Source.COMMAND)


@contextmanager
def acting(company_id: UUID, *, reason: str = "") -> Iterator[OpenAct]:
    """One act of a company: everything inside is one transaction with a named author."""
    with in_company(company_id), open_act(actor_of(company_id), reason=reason) as act:
        yield act


def new_role(company_id: UUID, code: str = "keeper") -> Role:
    """A governed row, written by an act of its own."""
    with acting(company_id):
        return Role.objects.create(code=f"{code}-{uuid7().hex[-6:]}", name="保管员")


def waiver_values(act: OpenAct) -> Waiver:
    """A document in its first state, not yet written."""
    return Waiver(
        number=f"W-{uuid7().hex[-8:]}",
        state="draft",
        site_id=uuid7(),
        created_at=act.instant,
        created_by_id=act.actor.user_id,
        created_by_name=act.actor.name,
        retention_class="R1",
        gate_code="lot_not_expired",
        subject_type="shipment",
        subject_id=uuid7(),
        justification="客户书面同意",
        ends_on=(act.instant + timedelta(days=30)).date(),
    )


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A connection of its own, in autocommit, as the role of the URL."""
    with psycopg.connect(url, autocommit=True) as raw:
        yield raw


def store_directory() -> Path:
    """The store of this test run."""
    return Path(os.environ["MERIDIAN_TEST_STORE"])


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a statement answers, as the application."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return list(cursor.fetchall())
