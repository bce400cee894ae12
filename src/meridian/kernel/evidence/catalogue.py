"""What every table of the database is: whose rows it holds, what proof it carries, and what that asks of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from meridian.kernel.models import Document
from meridian.kernel.registry import registry
from meridian.kernel.tenancy import Evidence, TableModel, Tenancy

SHARED_LOG = UUID(int=0)
"""The log of rows that belong to no company."""

LOCAL_APPLICATIONS = frozenset(
    {"account", "auth", "axes", "contenttypes", "mfa", "procrastinate", "sessions", "sites", "socialaccount"}
)
"""Libraries whose tables are local: sessions, sign-in attempts, authentication factors, jobs."""
LOCAL_TABLES = frozenset({"django_migrations"})
LOCAL_PREFIXES = ("procrastinate_",)

SEAL_TABLES = frozenset({"kernel_log", "kernel_tile", "kernel_head"})
"""Written by the sealer alone; they are the log, so they are not leaves of it."""
TRIGGER_TABLES = frozenset({"kernel_change"})
"""Written by triggers alone."""
QUEUE_TABLE = "kernel_unsealed"
STORE_TABLE = "kernel_store"
USER_TABLE = "kernel_user"

_LEFT_OUT = {USER_TABLE: ("last_login",)}
"""Columns that are no fact about the row; sign-ins are recorded by the sign-in itself."""
_DIGESTED = {USER_TABLE: "password"}
"""Columns of which the trail keeps only the SHA-256, so that it can never be used to sign in."""


@dataclass(frozen=True)
class Table:
    """One table of ours, as its model declares it."""

    name: str
    tenancy: Tenancy
    evidence: Evidence
    columns: tuple[str, ...]
    nullable: tuple[str, ...]
    """Columns that may be null: the sealed text leaves them out while they are."""
    trail_as_set: bool = False
    is_document: bool = False
    initial_state: str = ""
    left_out: tuple[str, ...] = ()
    digested: str = ""
    defects: tuple[str, ...] = field(default=())

    @property
    def is_sealed(self) -> bool:
        """Whether its rows become leaves of a log."""
        return self.evidence is Evidence.BOOK and self.name not in SEAL_TABLES

    @property
    def set_key(self) -> str:
        """The column by which rows of one INSERT are gathered into one trail row; empty for one each."""
        if not self.trail_as_set:
            return ""
        return "document_id" if "document_id" in self.columns else "company_id"


def tables() -> list[Table]:
    """Every table of ours, by name. Raises TypeError for a model of ours without tenancy or evidence."""
    initial = {declared.model: str(declared.initial) for declared in registry.document_types.values()}
    return sorted(
        (_table(model, initial) for model in apps.get_models(include_auto_created=True) if _is_ours(model)),
        key=lambda table: table.name,
    )


def sealed_tables() -> list[Table]:
    """The tables whose rows are leaves."""
    return [table for table in tables() if table.is_sealed]


def governed_tables() -> list[Table]:
    """The tables under the change trail."""
    return [table for table in tables() if table.evidence is Evidence.GOVERNED]


def _is_ours(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy and model._meta.app_label not in LOCAL_APPLICATIONS


def _table(model: type[models.Model], initial: dict[type[models.Model], str]) -> Table:
    name = model._meta.db_table
    tenancy, evidence = getattr(model, "tenancy", None), getattr(model, "evidence", None)
    if not issubclass(model, TableModel) or tenancy is None or evidence is None:
        raise TypeError(f"{name}: the model {model.__name__} does not say its tenancy and evidence")
    columns = tuple(column.column for column in model._meta.concrete_fields if column.column is not None)
    return Table(
        name=name,
        tenancy=tenancy,
        evidence=evidence,
        columns=columns,
        nullable=tuple(column.column for column in model._meta.concrete_fields if column.null and column.column),
        trail_as_set=model.trail_as_set,
        is_document=issubclass(model, Document),
        initial_state=initial.get(model, "draft"),
        left_out=_LEFT_OUT.get(name, ()),
        digested=_DIGESTED.get(name, ""),
        defects=tuple(_defects(model, name, evidence, columns)),
    )


def _defects(model: type[models.Model], name: str, evidence: Evidence, columns: tuple[str, ...]) -> Iterable[str]:
    if evidence not in (Evidence.GOVERNED, Evidence.BOOK):
        return
    key: Any = model._meta.pk
    if key is None or key.column != "id" or not isinstance(key, models.UUIDField):
        yield f"{name}: a table with evidence has the primary key `id`, a UUID"
    if evidence is Evidence.BOOK and name not in SEAL_TABLES and "transaction_id" not in columns:
        yield f"{name}: a book needs the column `transaction_id`, the label of the act that wrote the row"


def is_local(table_name: str) -> bool:
    """Whether a table of the database belongs to a library, by the lists above."""
    local = {model._meta.db_table for label in LOCAL_APPLICATIONS for model in _models_of(label)}
    return table_name in local | LOCAL_TABLES or table_name.startswith(LOCAL_PREFIXES)


def _models_of(label: str) -> list[type[models.Model]]:
    if label not in apps.app_configs:
        return []
    return list(apps.get_app_config(label).get_models(include_auto_created=True))


def defects(database_tables: Iterable[str]) -> list[str]:
    """What is wrong with the catalogue: tables nobody classified, books that cannot be sealed."""
    known = tables()
    names = {table.name for table in known}
    unclassified = [name for name in sorted(database_tables) if name not in names and not is_local(name)]
    found = [f"{name}: no model says whose rows it holds and what proof it carries" for name in unclassified]
    return found + [defect for table in known for defect in table.defects]
