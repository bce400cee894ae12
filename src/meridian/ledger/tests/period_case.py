"""What tests of the money book share: a company, a document whose effect posts, and a month to close."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from meridian.kernel.act import open_act
from meridian.kernel.clock import Moment, now
from meridian.kernel.context import Actor
from meridian.kernel.declare import DocumentType, Locks, Retention, Screen, Series, Transition
from meridian.kernel.engine import Command, perform
from meridian.kernel.models import Waiver
from meridian.kernel.registry import registry
from meridian.kernel.tests.engine_case import counted_statements
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.queries import closed_months
from meridian.ledger.rules import period_open
from meridian.ledger.services import Entry, post_voucher
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role

EFFECTS: dict[UUID, Callable[[Work[Any, Any]], None]] = {}


class State(TextChoices):
    """A paper's way."""

    DRAFT = "draft", "草稿"
    POSTED = "posted", "已过账"


@dataclass(frozen=True)
class PaperFacts:
    """What the period's gate asks."""

    closed_months: tuple[date, ...]


def load_papers(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PaperFacts]:
    """Facts of the tests' papers."""
    del company_id
    return dict.fromkeys(ids, PaperFacts(closed_months(locks)))


def run_effect(work: Work[Waiver, PaperFacts]) -> None:
    """Whatever the test wants."""
    EFFECTS[work.document.pk](work)


class LedgerPaper(DocumentType[Waiver, PaperFacts]):
    """A paper that posts, over the table of waivers."""

    code = "ledger_paper"
    module = "test"
    slug = "ledger-papers"
    label = "记账测试单"
    model = Waiver
    load = staticmethod(load_papers)
    states = State
    initial = State.DRAFT
    number = Series("LP-{seq:04}")
    drafted_by = (Role.FINANCE_MANAGER,)
    screen = Screen(columns=(Waiver.number,), facts=())
    retention = Retention(code="R10")
    post = Transition[Waiver, PaperFacts](
        label="记账",
        source=(State.DRAFT,),
        target=State.POSTED,
        allowed_to=(Role.FINANCE_MANAGER,),
        gates=(period_open,),
        effect=run_effect,
    )


@dataclass
class Books:
    """A company and those who keep its books."""

    company: CompanyForTests

    @property
    def manager(self) -> Actor:
        return self.company.actors[Role.FINANCE_MANAGER]

    def today(self) -> date:
        """The day at the company's site."""
        return Moment.at(now(), ZoneInfo("Asia/Shanghai")).site_day

    def run(self, effect: Callable[[Work[Any, Any]], None]) -> UUID:
        """A new paper with this effect, posted; its id."""
        set_up = self.company.set_up
        with open_act(set_up.system) as act:
            row = Waiver.objects.create(
                number=f"LP-{uuid7().hex[-12:]}", state="draft", site_id=set_up.site_id, created_at=act.instant,
                created_by_id=set_up.system.user_id, created_by_name="系统", retention_class="R10", gate_code="x",
                subject_type="x", subject_id=uuid7(), justification="x", ends_on=date(2099, 1, 1),
            )  # fmt: skip
        EFFECTS[row.pk] = effect
        perform(LedgerPaper.post, Command(row.pk), actor=self.manager)
        return row.pk

    def post(self, *entries: Entry) -> UUID:
        """A paper that posts these entries."""
        return self.run(lambda work: post_voucher(work, entries=entries, summary="测试"))

    def statements(self, effect: Callable[[Work[Any, Any]], None]) -> int:
        """How many statements an effect sends."""
        counted: list[int] = []

        def count(work: Work[Any, Any]) -> None:
            with counted_statements() as statements:
                effect(work)
            counted.append(len(statements))

        self.run(count)
        return counted[0]

    def month(self, day: date) -> UUID:
        """The accounting period of a day, open."""
        made = self.company.draft(AccountingPeriodDocument, {"month": day.isoformat()}, role=Role.FINANCE_MANAGER)
        return made.document_id


def new_books() -> Books:
    """A company of its own; the tests' paper stands in the registry while its rights are made."""
    kept = registry.document_types
    registry.document_types = {**kept, "ledger_paper": LedgerPaper}
    try:
        return Books(new_company((Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD, Role.ACCOUNTANT)))
    finally:
        registry.document_types = kept
