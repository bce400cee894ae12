"""What tests of the engine share: document types of their own over real tables, and a company to act in.

The gates below are never registered, so that they stay out of the product's list of rules.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Model, TextChoices

from meridian.kernel.act import open_act
from meridian.kernel.clock import Moment, now
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Locks,
    Meaning,
    Retention,
    RetentionAnchors,
    Screen,
    Series,
    Transition,
)
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.gates import Breach, Gate, GateKind
from meridian.kernel.messages import message
from meridian.kernel.models import Change, RefusalRecord, Role, RoleAssignment, TransitionRecord, User, Waiver
from meridian.kernel.signature import Signing
from meridian.kernel.sql import fetch
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import NumberedInsert, Outcome, Work
from meridian.organization.models import Site
from meridian.organization.services import CompanySetUp
from meridian.organization.vocabulary import Role as Post
from meridian.parties.models import Licence, LicenceScope, Supplier

T = TypeVar("T")

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "正确的口令"
NEVER_DURING_A_TEST = date(2099, 12, 31)


class State(TextChoices):
    """A paper's way through the tests."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    APPROVED = "approved", "已批准"
    CLOSED = "closed", "已关闭"


@dataclass(frozen=True)
class PaperFacts:
    """A paper with its lines and its supplier's verdict."""

    id: UUID
    licence_no: str
    issued_by: str
    valid_until: date
    supplier_approved: bool
    lines: int
    unclassified: int


_VERDICTS = """
SELECT s.id, s.approved_at IS NOT NULL FROM parties_supplier s
WHERE s.id IN (SELECT l.supplier_id FROM parties_licence l WHERE l.id = ANY(%s)) ORDER BY s.id
"""

LOADED: list[Locks] = []
"""The locks each load was asked for, latest last."""


def load_papers(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PaperFacts]:
    """Facts of papers; the suppliers' rows are locked when a gate asks for it. Three statements."""
    del company_id
    LOADED.append(locks)
    approved = dict(fetch(_VERDICTS + ("FOR SHARE OF s" if Supplier in locks else ""), [list(ids)]))
    scopes: dict[UUID, list[LicenceScope]] = {}
    for line in LicenceScope.objects.filter(document__in=ids):
        scopes.setdefault(line.document_id, []).append(line)
    return {
        row.pk: PaperFacts(
            id=row.pk,
            licence_no=row.licence_no,
            issued_by=row.issued_by,
            valid_until=row.valid_until or NEVER_DURING_A_TEST,
            supplier_approved=approved.get(row.supplier_id, False),
            lines=len(scopes.get(row.pk, ())),
            unclassified=sum(not line.class_code for line in scopes.get(row.pk, ())),
        )
        for row in Licence.objects.filter(pk__in=ids)
    }


def unlisted_gate(
    check: Callable[[Any, Moment], Sequence[Breach]],
    *,
    kind: GateKind = GateKind.MUST,
    locks: tuple[type[Model], ...] = (),
    waivable_by: tuple[str, ...] = (),
) -> Gate[Any]:
    """A gate as the decorator makes it, but unknown to the product."""
    code = check.__name__.removeprefix("_")
    return Gate(check, code, "T1", "测试", kind, locks, waivable_by, aliases=(), docstring=check.__doc__ or code)


def _scope_named(facts: PaperFacts, moment: Moment) -> Sequence[Breach]:
    return [] if facts.lines else [Breach(message("没有许可范围。"), subject_id=facts.id, owner="buyer")]


def _paper_valid(facts: PaperFacts, moment: Moment) -> Sequence[Breach]:
    if facts.valid_until >= moment.site_day:
        return []
    return [Breach(message("{number} 于 {day} 失效。", number=facts.licence_no, day=facts.valid_until))]


def _issuer_named(facts: PaperFacts, moment: Moment) -> Sequence[Breach]:
    return [] if facts.issued_by else [Breach(message("未写明发证部门。"))]


def _lines_classified(facts: PaperFacts, moment: Moment) -> Sequence[Breach]:
    return [Breach(message("此行没有分类编码。"), waivable_quantity=Decimal(1)) for _line in range(facts.unclassified)]


def _number_known(facts: PaperFacts, moment: Moment) -> Sequence[Breach]:
    return [Breach(message("等待发证部门给出编号。"))] if facts.licence_no == "待定" else []


def _supplier_approved(facts: PaperFacts, moment: Moment) -> Sequence[Breach]:
    return [] if facts.supplier_approved else [Breach(message("供货者未批准。"))]


scope_named = unlisted_gate(_scope_named)
paper_valid = unlisted_gate(_paper_valid)
issuer_named = unlisted_gate(_issuer_named, kind=GateKind.EXPLAIN)
lines_classified = unlisted_gate(_lines_classified, waivable_by=("quality_head",))
number_known = unlisted_gate(_number_known, kind=GateKind.WAIT)
supplier_approved = unlisted_gate(_supplier_approved, locks=(Supplier,))

DURING_EFFECT: list[Callable[[Work[Any, Any]], object]] = []
"""What a test wants done in the middle of the effect of `approve`."""


def run_hooks(work: Work[Licence, PaperFacts]) -> None:
    """The effect of `approve`: whatever the test put there."""
    for hook in DURING_EFFECT:
        hook(work)


FIRST = Series("Y-{yyyy}{mm}-{seq:03}", gap_free=True)
SECOND = Series("Z-{yyyy}-{seq:05}/B", gap_free=True)


def take_two_numbers(work: Work[Licence, PaperFacts]) -> None:
    """The effect of `book`: two headers of one series and one of another, as vouchers would be written."""
    for code, series in (("test_second", SECOND), ("test_first", FIRST), ("test_first", FIRST)):
        work.insert_numbered(NumberedInsert(
            table="kernel_waiver",
            columns=("id", "company_id", "state", "version", "site_id", "created_at", "created_by_id",
                     "created_by_name", "retention_class", "gate_code", "subject_type", "subject_id", "justification",
                     "ends_on"),
            values=(uuid7(), work.document.company_id, "draft", 1, work.document.site_id, work.moment.instant,
                    work.actor.user_id, work.actor.name, "R0", code, "numbered", work.document.pk, "编号 100%",
                    work.moment.site_day),
            series_code=code,
            series=series,
            day=work.moment.site_day,
        ))  # fmt: skip


def anchors(facts: PaperFacts) -> RetentionAnchors:
    """Kept by its own last day."""
    return RetentionAnchors(base_day=date(2026, 1, 1), expiry_days=[facts.valid_until])


class PaperForTests(DocumentType[Licence, PaperFacts]):
    """A paper that needs every check of the engine somewhere on its way."""

    code = "test_paper"
    module = "test"
    slug = "papers"
    label = "测试证照"
    model = Licence
    load = staticmethod(load_papers)
    states = State
    initial = State.DRAFT
    number = Series("TP-{yyyy}{mm}-{seq:04}")
    drafted_by = (Post.BUYER,)
    read_by = (Post.SALES_STAFF,)
    editable = (Licence.supplier, Licence.kind, Licence.licence_no, Licence.issued_by, Licence.valid_from,
                Licence.valid_until)  # fmt: skip
    editable_in = (State.DRAFT,)
    reason_on_change = (Licence.licence_no, Licence.supplier)
    lines = Lines(
        model=LicenceScope,
        editable=(LicenceScope.device_class, LicenceScope.class_code, LicenceScope.description),
        columns=(LicenceScope.class_code,),
    )
    scope = {"owner": "supplier_id"}
    screen = Screen(columns=(Licence.number,), facts=())
    retention = Retention(code="R1", anchors=anchors)

    submit = Transition[Licence, PaperFacts](
        label="提交", source=(State.DRAFT,), target=State.SUBMITTED, allowed_to=(Post.BUYER, Post.PURCHASING_MANAGER)
    )
    approve = Transition[Licence, PaperFacts](
        label="批准",
        source=(State.SUBMITTED,),
        target=State.APPROVED,
        allowed_to=(Post.PURCHASING_MANAGER, Post.BUYER),
        gates=(scope_named, paper_valid, issuer_named, lines_classified, number_known, supplier_approved),
        differs_from=(submit,),
        effect=run_hooks,
    )
    close = Transition[Licence, PaperFacts](
        label="关闭",
        source=(State.DRAFT, State.APPROVED),
        target=State.CLOSED,
        allowed_to=(Post.QUALITY_HEAD, Post.BUYER),
        gates=(scope_named,),
        signature=Meaning.RELEASED,
    )
    send_back = Transition[Licence, PaperFacts](
        label="退回",
        source=(State.SUBMITTED,),
        target=State.DRAFT,
        allowed_to=(Post.PURCHASING_MANAGER, Post.BUYER),
        reason_required=True,
        gates=(number_known,),
        differs_from=(submit,),
    )
    book = Transition[Licence, PaperFacts](
        label="记账",
        source=(State.DRAFT,),
        target=State.CLOSED,
        allowed_to=(Post.ACCOUNTANT,),
        gates=(scope_named,),
        effect=take_two_numbers,
    )


class WaiverState(TextChoices):
    """A waiver's way."""

    DRAFT = "draft", "草稿"
    ACTIVE = "active", "生效"
    ENDED = "ended", "已终止"


def load_waivers(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, None]:
    """A waiver needs no facts here."""
    del company_id, locks
    return dict.fromkeys(ids)


class WaiverForTests(DocumentType[Waiver, None]):
    """A waiver that quality's head alone puts in force."""

    code = "test_waiver"
    module = "test"
    slug = "waivers"
    label = "测试特批"
    model = Waiver
    load = staticmethod(load_waivers)
    states = WaiverState
    initial = WaiverState.DRAFT
    number = Series("TW-{seq:05}")
    drafted_by = (Post.QUALITY_HEAD,)
    editable = (Waiver.gate_code, Waiver.subject_type, Waiver.subject_id, Waiver.quantity, Waiver.justification,
                Waiver.ends_on)  # fmt: skip
    editable_in = (WaiverState.DRAFT,)
    screen = Screen(columns=(Waiver.number,), facts=())
    retention = Retention(code="R0")

    grant = Transition[Waiver, None](
        label="生效", source=(WaiverState.DRAFT,), target=WaiverState.ACTIVE, allowed_to=(Post.QUALITY_HEAD,)
    )
    end = Transition[Waiver, None](
        label="终止", source=(WaiverState.ACTIVE,), target=WaiverState.ENDED, allowed_to=(Post.QUALITY_HEAD,)
    )


def proves(actor: Actor, signing: Signing) -> bool:
    """The re-authentication of the tests: one password for everybody."""
    del actor
    return signing.password == PASSWORD


@dataclass
class Firm:
    """A company of its own, with people made as a test needs them."""

    made: CompanySetUp
    people: dict[str, Actor] = field(default_factory=dict)

    @property
    def company_id(self) -> UUID:
        return self.made.company_id

    def person(self, *posts: Post, scope_kind: str = "company", scope_id: UUID | None = None, **options: Any) -> Actor:
        """A new person with these posts in this scope."""
        user = User(username=f"u-{uuid7().hex}", name="李明", company_id=self.company_id)
        user.set_unusable_password()
        with open_act(self.made.system) as act:
            user.save(force_insert=True)
            roles = {role.code: role for role in Role.objects.filter(code__in=posts)}
            RoleAssignment.objects.bulk_create(
                RoleAssignment(user_id=user.pk, role=roles[post], scope_kind=scope_kind, scope_id=scope_id,
                               valid_from=act.instant - timedelta(days=1))
                for post in posts
            )  # fmt: skip
        return Actor(user_id=user.pk, name=user.name, company_id=self.company_id, source=Source.API, **options)

    def one(self, post: Post) -> Actor:
        """The person of this firm who holds this post alone."""
        if post.value not in self.people:
            self.people[post.value] = self.person(post)
        return self.people[post.value]

    @property
    def buyer(self) -> Actor:
        return self.one(Post.BUYER)

    @property
    def manager(self) -> Actor:
        return self.one(Post.PURCHASING_MANAGER)

    @property
    def head(self) -> Actor:
        return self.one(Post.QUALITY_HEAD)

    @property
    def accountant(self) -> Actor:
        return self.one(Post.ACCOUNTANT)

    def supplier(self, *, approved: bool = True) -> UUID:
        """A new supplier."""
        with open_act(self.made.system) as act:
            row = Supplier(
                number=f"S-{uuid7().hex[-10:]}", state="draft", site_id=self.made.site_id, created_at=act.instant,
                created_by_id=self.made.system.user_id, created_by_name="系统", retention_class="R0",
                name="华东医疗", uscc=uuid7().hex[-18:], address="上海", phone="021", kind="maker",
                approved_at=act.instant if approved else None,
            )  # fmt: skip
            row.save(force_insert=True)
        return row.pk

    def fields(self, **changed: Any) -> dict[str, Any]:
        """The header of a paper no gate objects to."""
        values = {"kind": "dealing_license", "licence_no": "沪食药监械经营许20260001号", "issued_by": "上海市药监局",
                  "valid_from": "2026-01-01", "valid_until": "2099-12-31"} | changed  # fmt: skip
        return values if "supplier" in values or "supplier_id" in values else values | {"supplier": self.supplier()}

    def paper(self, lines: Sequence[Mapping[str, Any]] = ({"class_code": "14-01"},), **changed: Any) -> Outcome:
        """A draft paper."""
        command = DraftCommand(fields=self.fields(**changed), lines=lines, site_id=self.made.site_id)
        return draft(PaperForTests, command, actor=self.buyer)

    def submitted(self, lines: Sequence[Mapping[str, Any]] = ({"class_code": "14-01"},), **changed: Any) -> Outcome:
        """A paper that awaits its approval."""
        outcome = self.paper(lines, **changed)
        return perform(PaperForTests.submit, Command(outcome.document_id), actor=self.buyer)

    def waiver(self, paper: UUID, *, quantity: str | None = None, ends_on: date | None = None) -> UUID:
        """A waiver of `lines_classified` for one paper, in force."""
        fields = {"gate_code": lines_classified.code, "subject_type": "test_paper", "subject_id": paper,
                  "quantity": quantity, "justification": "已核实",
                  "ends_on": ends_on or NEVER_DURING_A_TEST}  # fmt: skip
        outcome = draft(WaiverForTests, DraftCommand(fields=fields, site_id=self.made.site_id), actor=self.head)
        perform(WaiverForTests.grant, Command(outcome.document_id), actor=self.head)
        return outcome.document_id

    def stored(self, document_id: UUID) -> Licence:
        """The paper as it lies in the database."""
        with in_company(self.company_id):
            return Licence.objects.get(pk=document_id)

    def lines(self, document_id: UUID) -> list[LicenceScope]:
        """The lines as they lie in the database, in order."""
        with in_company(self.company_id):
            return list(LicenceScope.objects.filter(document_id=document_id).order_by("line_no"))

    def second_site(self) -> UUID:
        """A further site of the company."""
        with open_act(self.made.system):
            return Site.objects.create(code=uuid7().hex[-10:], name="二部").pk


def today() -> date:
    """The day at the firm's site, by the store's clock."""
    return Moment.at(now(), SHANGHAI).site_day


@dataclass(frozen=True)
class Footprint:
    """Everything an act may leave behind in a company: rows by table, and the documents' states and versions."""

    transitions: int
    changes: int
    refusals: int
    signatures: int
    counters: tuple[Any, ...]
    documents: tuple[Any, ...]


_FOOTPRINT = """
SELECT (SELECT count(*) FROM kernel_transition WHERE company_id = %(c)s),
       (SELECT count(*) FROM kernel_change WHERE company_id = %(c)s),
       (SELECT count(*) FROM kernel_refusal WHERE company_id = %(c)s),
       (SELECT count(*) FROM kernel_signature WHERE company_id = %(c)s),
       (SELECT array_agg((series, period, value)::text ORDER BY series, period) FROM kernel_counter
        WHERE company_id = %(c)s),
       (SELECT array_agg((id, state, version)::text ORDER BY id) FROM parties_licence WHERE company_id = %(c)s)
"""


def footprint(company_id: UUID) -> Footprint:
    """What the company holds now."""
    with connection.cursor() as cursor:
        cursor.execute(_FOOTPRINT, {"c": company_id})
        row = cursor.fetchone()
    transitions, changes, refusals, signatures, counters, documents = row
    return Footprint(transitions, changes, refusals, signatures, tuple(counters or ()), tuple(documents or ()))


def refused(firm: Firm, act: Callable[[], object]) -> Refused:
    """The refusal an act met; proves that nothing moved and that exactly one refusal row says so."""
    before = footprint(firm.company_id)
    with pytest.raises(Refused) as caught:
        act()
    refusal = caught.value
    after = footprint(firm.company_id)
    assert after.refusals == before.refusals + 1
    assert after == Footprint(**{**vars(before), "refusals": after.refusals})
    row = RefusalRecord.objects.filter(company_id=firm.company_id).latest("id")
    assert (row.code, row.status) == (refusal.code, int(refusal.status))
    assert [entry["code"] for entry in row.findings] == [finding.code for finding in refusal.findings]
    return refusal


def codes(refusal: Refused) -> list[str]:
    """The tokens of a refusal's findings."""
    return [finding.code for finding in refusal.findings]


def transitions_of(document_id: UUID) -> list[str]:
    """The names of the moves in a document's trail, in order."""
    found = TransitionRecord.objects.filter(document_id=document_id).order_by("id")
    return list(found.values_list("transition", flat=True))


def changes_of(row_id: UUID) -> list[str]:
    """The operations in a row's change trail, in order."""
    return list(Change.objects.filter(row_id=row_id).order_by("id").values_list("operation", flat=True))


def in_threads(works: Sequence[Callable[[], T]]) -> list[T]:
    """Runs every piece of work at once, each on a connection of its own, and gives the answers in order."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        try:
            barrier.wait(timeout=30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, work) for work in works]]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collects the statements sent inside, without savepoints and the clock that is read every two seconds."""
    seen: list[str] = []

    def note(execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(statement)
        if "SAVEPOINT" not in text and text != "SELECT clock_offset FROM kernel_store":
            seen.append(text)
        return execute(statement, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
