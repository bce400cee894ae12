"""Tables and companies: every table says whose rows it holds and what proof it carries.

The seam that keeps companies apart (SCALE day-one rules 1–5): rows are scoped by an expression resolved when SQL is
compiled, and relations between company tables join on the company as well.
"""

from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models.expressions import Col, Expression
from django.db.models.lookups import Exact
from django.db.models.sql.where import WhereNode

from meridian.kernel.context import current_company_id
from meridian.kernel.values.identity import uuid7


class Tenancy(StrEnum):
    """Whose rows a table holds."""

    COMPANY = "company"
    SHARED = "shared"
    LOCAL = "local"


class Evidence(StrEnum):
    """What proof a table carries (DESIGN §5, table classes)."""

    GOVERNED = "governed"
    """Every insert, update and delete leaves a row in the change trail."""
    BOOK = "book"
    """Insert-only, sealed directly."""
    DERIVED = "derived"
    """Recomputed from books and compared by `verify`."""
    LOCAL = "local"
    """No evidence: sessions, jobs, claims."""


class CurrentCompany(Expression):
    """The company in scope, resolved when SQL is compiled: a queryset built at import serves every company."""

    output_field = models.UUIDField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (current_company_id(),)


class TableModel(models.Model):
    """Base of all tables: names tenancy and evidence. A test over the catalogue fails on a table without them."""

    tenancy: ClassVar[Tenancy]
    evidence: ClassVar[Evidence]
    trail_as_set: ClassVar[bool] = False
    """True for lines: rows inserted by one statement leave one trail row, not one each."""

    class Meta:
        abstract = True


class SharedModel(TableModel):
    """A row that is the same for all companies."""

    tenancy = Tenancy.SHARED
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


ModelT = TypeVar("ModelT", bound=models.Model, covariant=True)


class CompanyManager(models.Manager[ModelT]):
    """Rows of the company in scope; raises UnscopedQueryError when compiled outside one."""

    def get_queryset(self) -> models.QuerySet[ModelT]:
        return super().get_queryset().filter(company_id=CurrentCompany())


class CompanyRow(TableModel):
    """A row that belongs to one company; subclasses name their own primary key."""

    tenancy = Tenancy.COMPANY
    company_id = models.UUIDField(default=current_company_id, editable=False)

    objects: ClassVar[CompanyManager[Self]] = CompanyManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class CompanyModel(CompanyRow):
    """A row that belongs to one company, keyed by a UUIDv7 made in the application."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
        base_manager_name = "objects"


class CompanyForeignKey(models.ForeignKey[Any, Any]):
    """A relation between rows of one company: every join compares `company_id` too.

    There is no cross-company relation and no SET NULL; deleting a row that is pointed at is refused.
    """

    def __init__(self, to: Any, **options: Any) -> None:
        options.setdefault("on_delete", models.PROTECT)
        options.setdefault("related_name", "+")
        super().__init__(to, **options)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> WhereNode:
        remote = self.remote_field.model._meta.get_field("company_id")
        local = self.model._meta.get_field("company_id")
        if alias is None and related_alias is None:
            raise ValueError("a company join needs at least one side")
        if alias is None:  # Django trimmed the join: restrict the side that is left
            return WhereNode([Exact(Col(related_alias, local), CurrentCompany())])  # type: ignore[list-item,arg-type]
        if related_alias is None:
            return WhereNode([Exact(Col(alias, remote), CurrentCompany())])  # type: ignore[list-item,arg-type]
        return WhereNode([Exact(Col(alias, remote), Col(related_alias, local))])  # type: ignore[list-item,arg-type]


def company_tables(registry: Any) -> list[type[CompanyRow]]:
    """All concrete models whose rows belong to companies."""
    return [model for model in registry.get_models() if issubclass(model, CompanyRow)]
