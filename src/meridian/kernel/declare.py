"""Declarations: a document type said once. List, form, gates, buttons, API, permissions and pictures follow from it.

A declaration holds names of columns, gates and services and no logic of its own. Columns are references such as
`GoodsReceipt.number` or `(GoodsReceipt.supplier, Supplier.name)`: typed, and ctrl-click works.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, TextChoices
from django.utils.translation import gettext_lazy as _

from meridian.kernel.gates import Gate
from meridian.kernel.messages import Text

if TYPE_CHECKING:
    from meridian.kernel.drafts import Draft
    from meridian.kernel.models import Document
    from meridian.kernel.work import Work

M = TypeVar("M", bound="Document")
F = TypeVar("F")

ColumnRef = Any
"""A column: `Model.field`, or a path `(Model.relation, Other.field)`; checked when the site is assembled."""

Locks = frozenset[type[Model]]
"""The masters whose rows a loader must lock; empty on pages."""

FactsLoader = Callable[[UUID, Sequence[UUID], Locks], Mapping[UUID, F]]
"""`load(company_id, ids, locks)`: the same number of statements for one document or fifty."""


class Meaning(TextChoices):
    """What a signature says (21 CFR 11.50, 电子签名法 Art 13); a fixed list."""

    DRAFTED = "drafted", _("起草")
    REVIEWED = "reviewed", _("复核")
    APPROVED = "approved", _("批准")
    INSPECTED = "inspected", _("验收")
    RELEASED = "released", _("放行")
    REJECTED = "rejected", _("判定不合格")
    WAIVED = "waived", _("让步批准")
    CONFIRMED = "confirmed", _("确认")


@dataclass(frozen=True)
class Right:
    """A right that belongs to no document type, such as reading a book; `held_by` are the posts that get it at set-up.

    `code` is `<module>.<verb>_<noun>`, as the rights of document types are.
    """

    code: str
    label: Text
    held_by: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """How documents of a type are numbered: `CGDD-{yyyy}{mm}-{seq:04}` counts anew each month of the site's day."""

    pattern: str
    gap_free: bool = False

    def period(self, day: date) -> str:
        """The period whose counter gives the number: all of the pattern that depends on the day."""
        if "{mm}" in self.pattern:
            return day.strftime("%Y-%m")
        return day.strftime("%Y") if "{yyyy}" in self.pattern else ""

    def text(self, day: date, sequence: int) -> str:
        """The number itself."""
        return self.pattern.format(yyyy=day.strftime("%Y"), mm=day.strftime("%m"), seq=sequence)


@dataclass(eq=False)
class Transition(Generic[M, F]):
    """One move of a document: from where, to where, by whom, under which rules, with which effect."""

    label: Text
    source: Sequence[str]
    target: str
    allowed_to: Sequence[str]
    gates: Sequence[Gate[F]] = ()
    effect: "Callable[[Work[M, F]], None] | None" = None
    differs_from: "Sequence[Transition[M, F]]" = ()
    signature: Meaning | None = None
    reason_required: bool = False
    remedy_only: bool = False
    """Offered by a refusal as its cure, not as a button of its own."""
    happened: ColumnRef | None = None
    """For late entry 补录: the column with the instant it happened. It moves the value date only; gates judge both."""
    primary: bool = True
    danger: bool = False
    help: Text = ""
    name: str = field(default="", init=False)
    document: "type[DocumentType[Any, Any]]" = field(init=False, repr=False)

    def __set_name__(self, owner: "type[DocumentType[Any, Any]]", name: str) -> None:
        self.name = name
        self.document = owner

    @property
    def permission(self) -> str:
        """`<module>.<transition>_<document>`, the right that roles grant."""
        return f"{self.document.module}.{self.name}_{self.document.code}"


@dataclass(frozen=True)
class Lines:
    """The line table of a document: rows that carry `document` and `line_no`."""

    model: type[Model]
    editable: Sequence[ColumnRef]
    columns: Sequence[ColumnRef]
    totals: Sequence[ColumnRef] = ()
    label: Text = field(default=_("明细"))


@dataclass(frozen=True)
class View:
    """A named list: states to show, or one that waits for a transition of the reader."""

    label: Text
    states: Sequence[str] = ()
    default: bool = False


@dataclass(frozen=True)
class Section:
    """A tab of further header fields on the document page."""

    label: Text
    fields: Sequence[ColumnRef]


@dataclass(frozen=True)
class Related:
    """A neighbour in the chain: the other document type and how it is reached.

    `field` names the column of the later document that holds the earlier one's id.
    """

    document: str
    field: str
    upstream: bool
    label_when_none: Text = ""


@dataclass(frozen=True)
class Screen:
    """How documents of a type are shown."""

    columns: Sequence[ColumnRef]
    facts: Sequence[ColumnRef]
    filters: Sequence[ColumnRef] = ()
    search: Sequence[ColumnRef] = ()
    views: Sequence[View] = ()
    sections: Sequence[Section] = ()
    related: Sequence[Related] = ()
    tones: Mapping[str, str] = field(default_factory=dict)
    """State → tone (`info violet ok warn bad neutral`)."""
    flow: Sequence[str] = ()
    """The states of the status bar, in order; states outside it are side states."""
    totals: Sequence[ColumnRef] = ()


@dataclass(frozen=True)
class Print:
    """A printable form: `render(company_id, document_id)` gives the data of the named template."""

    name: str
    label: Text
    template: str
    data: Callable[[UUID, UUID], Mapping[str, Any]]


@dataclass(frozen=True)
class RetentionAnchors:
    """What a retention rule counts from (REGULATIONS §5)."""

    base_day: date
    expiry_days: Sequence[date] = ()
    some_without_expiry: bool = False
    permanent: bool = False


@dataclass(frozen=True)
class Retention(Generic[F]):
    """The retention class of a record and what it counts from."""

    code: str
    anchors: Callable[[F], RetentionAnchors] | None = None


class DocumentType(Generic[M, F]):
    """A kind of document. Subclasses set the names below and their transitions; they hold no functions."""

    code: str
    module: str
    slug: str
    label: Text
    help: Text = ""
    model: type[M]
    load: FactsLoader[F]
    states: type[TextChoices]
    initial: str
    number: Series
    drafted_by: Sequence[str]
    """Roles that create and edit drafts."""
    read_by: Sequence[str] = ()
    """Roles that may read, besides those that draft or move it."""
    editable: Sequence[ColumnRef] = ()
    editable_in: Sequence[str] = ()
    open_in: Mapping[str, Sequence[ColumnRef]] = {}
    """By state, the columns of header and lines that may still change, where those are not all; `prepare` asks."""
    lines: Lines | None = None
    prepare: "Callable[[Draft], None] | None" = None
    """A service that completes a draft (derived columns) before it is written."""
    reason_on_change: Sequence[ColumnRef] = ()
    secret: Mapping[str, str] = {}
    """Field → right (`finance.see_cost`) without which it is shown to nobody."""
    outside_content: Sequence[ColumnRef] = ()
    """Columns written by effects, so not part of what a signer signs."""
    scope: Mapping[str, str] = {"site": "site_id"}
    """Scope kind → column holding the key a role's grant is limited to (`{"warehouse": "warehouse_id"}`). Empty for
    masters of the whole company: read wherever the right is held, changed by those who hold it company-wide."""
    screen: Screen
    prints: Sequence[Print] = ()
    retention: Retention[F]
    creatable: bool = True
    """False for documents that only services make."""

    transitions: dict[str, Transition[M, F]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.transitions = {name: value for name, value in vars(cls).items() if isinstance(value, Transition)}

    @classmethod
    def permission(cls, act: str) -> str:
        """The right to `read` or `draft` documents of this type."""
        return f"{cls.module}.{act}_{cls.code}"


def column_path(ref: ColumnRef) -> str:
    """The Django look-up path of a column reference; raises TypeError for anything else."""
    steps = ref if isinstance(ref, tuple) else (ref,)
    names = []
    for step in steps:
        column = getattr(step, "field", None)
        if column is None:
            raise TypeError(f"{step!r} is not a column reference")
        names.append(column.name)
    return "__".join(names)


def column_field(ref: ColumnRef) -> Any:
    """The Django field at the end of a column reference."""
    last = ref[-1] if isinstance(ref, tuple) else ref
    return last.field


def column_names(refs: Sequence[ColumnRef]) -> list[str]:
    """The look-up paths of several columns."""
    return [column_path(ref) for ref in refs]
