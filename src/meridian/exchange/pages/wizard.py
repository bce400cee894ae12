"""What every step of an import shows: the steps at the left, and what this one is about."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from meridian.exchange.documents import ImportRunDocument
from meridian.exchange.models import ImportProblem, ImportRun, ImportWork
from meridian.exchange.queries import fingerprint
from meridian.exchange.vocabulary import RunState
from meridian.platform.screens.derive import addresses, documents
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Crumb, Option, Text

STEPS = ("file", "mapping", "check", "choose", "run", "report")


@dataclass(frozen=True, slots=True)
class StepLink:
    """One step: done, now or to come; with an address where it may be opened."""

    label: Text
    url: str
    phase: str


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column of the file and what it is matched with."""

    at: int
    heading: str
    samples: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """One thing wrong, with the field that corrects it where a text can."""

    row: ImportProblem
    fix_name: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """All problems of one column with one reason."""

    key: str
    heading: str
    reason: str
    count: int
    is_chosen: bool
    is_fixable: bool
    values: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class WizardPage:
    """`exchange/wizard.html`; `step` says which part is shown."""

    title: Text
    step: str
    url: str
    crumbs: tuple[Crumb, ...]
    steps: tuple[StepLink, ...]
    run: ImportRun | None = None
    record_url: str = ""
    errors: tuple[Text, ...] = ()
    work: ImportWork | None = None
    is_moving: bool = False
    is_checked: bool = False
    targets: tuple[Option, ...] = ()
    target: str = ""
    kinds: str = ""
    sites: tuple[Option, ...] = ()
    sheets: tuple[Option, ...] = ()
    columns: tuple[MappedColumn, ...] = ()
    missing: str = ""
    problems: tuple[ShownProblem, ...] = ()
    more: int = 0
    causes: tuple[Cause, ...] = ()
    chosen: Cause | None = None
    policies: tuple[Option, ...] = ()
    choices: tuple[Option, ...] = ()
    blocked: tuple[Text, ...] = ()
    records: tuple[Any, ...] = field(default=())
    may_undo: bool = False


def labels() -> dict[str, str]:
    """The steps in words."""
    return {"file": _("文件"), "mapping": _("列对应"), "check": _("校验"), "choose": _("选择"), "run": _("执行"),
            "report": _("报告")}  # fmt: skip


def step_url(key: UUID, step: str) -> str:
    """Where a step is."""
    return f"/imports/{key}/{step}"


def run_at(key: UUID, reader: Reader) -> ImportRun:
    """The run of an address, within what the reader may see (404)."""
    found: ImportRun = documents.find(ImportRunDocument, key, reader)
    return found


def reached(run: ImportRun) -> str:
    """The furthest step a run may be opened at."""
    if run.state == RunState.RUNNING:
        return "run"
    if run.state != RunState.DRAFT:
        return "report"
    return "run" if run.checked_hash == fingerprint(run) else "check"


def links(run: ImportRun | None, step: str) -> tuple[StepLink, ...]:
    """All steps; one that is not reached yet, or that is over, has no address."""
    words, now = labels(), STEPS.index(step)
    if run is None:
        return tuple(StepLink(words[each], "", "now" if each == step else "todo") for each in STEPS)
    last = STEPS.index(reached(run))
    is_draft = run.state == RunState.DRAFT
    found = []
    for at, each in enumerate(STEPS):
        is_open = each != "file" and at <= last and (is_draft or at == last)
        phase = "now" if at == now else "done" if at < max(now, last) else "todo"
        found.append(StepLink(words[each], step_url(run.pk, each) if is_open else "", phase))
    return tuple(found)


def page_for(run: ImportRun | None, step: str, url: str, **more: Any) -> WizardPage:
    """The frame of a step."""
    title = _("导入%(type)s") % {"type": run.target_name} if run is not None else _("导入")
    crumbs = (
        Crumb(label=ImportRunDocument.label, url=addresses.list_url(ImportRunDocument)),
        Crumb(label=run.number if run is not None else _("新导入")),
    )
    record = addresses.page_url(ImportRunDocument, run.pk) if run is not None else ""
    is_checked = run is not None and bool(run.checked_hash) and run.checked_hash == fingerprint(run)
    return WizardPage(title=title, step=step, url=url, crumbs=crumbs, steps=links(run, step), run=run,
                      record_url=record, is_checked=is_checked, **more)  # fmt: skip


def totals(rows: Any) -> int:
    """How many rows of the file records were made of."""
    return int(rows.aggregate(total=Sum("rows_in_file"))["total"] or 0)
