"""The steps of an import after its file: columns, check, choice, run, report. Each is a plain form."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meridian.exchange.correcting import cell_fixes, same_fault
from meridian.exchange.documents import ImportRunDocument
from meridian.exchange.models import ImportedRecord, ImportProblem, ImportRun
from meridian.exchange.pages.parts import (
    CAUSE,
    causes_of,
    mapped_columns,
    missing_columns,
    options_among,
    record_rows,
    shown_problems,
)
from meridian.exchange.pages.wizard import page_for, reached, run_at, step_url
from meridian.exchange.queries import problems_of, records_of, work_of
from meridian.exchange.runs import (
    check,
    save_choice,
    save_fixes,
    save_reading,
    sheets_of,
    table_in,
    target_in,
)
from meridian.exchange.services import ask_worker
from meridian.exchange.vocabulary import Choice, Policy, RunState, WorkKind
from meridian.kernel.act import open_act
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Option
from meridian.platform.screens.views import shown

AT_ONCE = 200
"""A file of so many rows is checked while its reader waits; a longer one by the worker."""
SHOWN = 100
TEMPLATE = "exchange/wizard.html"


@for_reader
@require_safe
def current(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """Where the import stands: it is resumed there."""
    del request
    run = run_at(key, reader)
    step = reached(run)
    return HttpResponseRedirect(step_url(key, "mapping" if step == "check" and not run.checked_hash else step))


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _told(refused: Refused) -> tuple[str, ...]:
    return tuple(str(finding.evidence) for finding in refused.findings)


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """Which column of the file is which of the record; another sheet or row of headings is matched anew."""
    run = run_at(key, reader)
    if run.state != RunState.DRAFT:
        return HttpResponseRedirect(step_url(key, reached(run)))
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            if _save_mapping(request, run, reader):
                return _check(run_at(key, reader), reader)
            return HttpResponseRedirect(step_url(key, "mapping"))
        except Refused as refused:
            errors = _told(refused)
            run = run_at(key, reader)
    sheets = sheets_of(run)
    names = tuple(Option(value=each.name, label=each.name, is_selected=each.name == run.sheet) for each in sheets)
    page = page_for(
        run, "mapping", step_url(key, "mapping"), errors=errors, sheets=names if len(names) > 1 else (),
        columns=mapped_columns(run, table_in(run, sheets)), missing=missing_columns(run),
    )  # fmt: skip
    return shown(request, reader, TEMPLATE, page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


def _save_mapping(request: HttpRequest, run: ImportRun, reader: Reader) -> bool:
    """Whether the columns were saved as chosen, rather than matched anew."""
    sheet, row = request.POST.get("sheet", run.sheet), request.POST.get("heading_row", "")
    heading_row = int(row) if row.isdecimal() and 0 < len(row) < 7 else run.heading_row
    is_same = (sheet, heading_row) == (run.sheet, run.heading_row)
    chosen = None
    if is_same:
        posted = {
            name.removeprefix("column-"): path for name, path in request.POST.dict().items() if name[:7] == "column-"
        }
        chosen = {int(at): path for at, path in posted.items() if at.isdecimal() and len(at) < 4 and path}
    save_reading(run, sheet, heading_row, chosen, _version(request), reader=reader)
    return is_same


def _check(run: ImportRun, reader: Reader) -> HttpResponse:
    """Checks a short file at once, hands a long one to the worker."""
    if run.row_count <= AT_ONCE:
        check(run, actor=reader.actor, tell=_unheard)
    else:
        with open_act(reader.actor):
            ask_worker(run.pk, WorkKind.CHECK, actor=reader.actor)
    return HttpResponseRedirect(step_url(run.pk, "check"))


def _unheard(done: int) -> None:
    del done


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def checking(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """What is wrong, by row and by reason, with corrections in place."""
    run = run_at(key, reader)
    if run.state != RunState.DRAFT:
        return HttpResponseRedirect(step_url(key, reached(run)))
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            _correct(request, run, reader)
            return _check(run_at(key, reader), reader)
        except Refused as refused:
            errors = _told(refused)
    return shown(request, reader, TEMPLATE, _check_page(request, run, errors))


def _correct(request: HttpRequest, run: ImportRun, reader: Reader) -> None:
    found = problems_of(run.pk)
    cause = request.POST.get(CAUSE, "")
    if request.POST.get("act") == "bulk":
        value = request.POST.get("value", "")
        fixes = same_fault(found, cause, value if "only" in request.POST else None, request.POST.get("text", ""))
    else:
        fixes = cell_fixes(request.POST.dict(), found)
    if fixes:
        save_fixes(run, fixes, _version(request), reader=reader)


def _check_page(request: HttpRequest, run: ImportRun, errors: tuple[str, ...]) -> Any:
    found, work = problems_of(run.pk), work_of(run.pk)
    causes = causes_of(found, request.GET.get(CAUSE, ""))
    chosen = next((each for each in causes if each.is_chosen), None)
    rows: list[ImportProblem] = [each for each in found if chosen is None or each.cause == chosen.key]
    return page_for(
        run, "check", step_url(run.pk, "check"), errors=errors, work=work, causes=causes, chosen=chosen,
        is_moving=work is not None and work.state != "failed", problems=shown_problems(run, rows[:SHOWN]),
        more=max(0, len(rows) - SHOWN),
    )  # fmt: skip


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def choosing(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """What becomes of known records, and whether wrong rows stop the right ones."""
    run = run_at(key, reader)
    if run.state != RunState.DRAFT:
        return HttpResponseRedirect(step_url(key, reached(run)))
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            policy, choice = Policy(request.POST.get("policy", "")), Choice(request.POST.get("choice", ""))
            save_choice(run, policy, choice, _version(request), reader=reader)
            if policy != run.policy:
                _check(run_at(key, reader), reader)
            return HttpResponseRedirect(step_url(key, "run"))
        except Refused as refused:
            errors = _told(refused)
        except ValueError:
            errors = (_("请选择一项。"),)
    page = page_for(
        run, "choose", step_url(key, "choose"), errors=errors, policies=options_among(Policy, run.policy),
        choices=options_among(Choice, run.choice),
    )  # fmt: skip
    return shown(request, reader, TEMPLATE, page)


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def running(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """What will be done, in one sentence, and the one button; then how far it is."""
    run = run_at(key, reader)
    if run.state not in (RunState.DRAFT, RunState.RUNNING):
        return HttpResponseRedirect(step_url(key, "report"))
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        step = ImportRunDocument.stop if run.state == RunState.RUNNING else ImportRunDocument.start
        try:
            perform(step, Command(run.pk, version=_version(request)), actor=reader.actor)
            return HttpResponseRedirect(step_url(key, "run"))
        except Refused as refused:
            errors = _told(refused)
            run = run_at(key, reader)
    work = work_of(run.pk)
    page = page_for(run, "run", step_url(key, "run"), errors=errors, work=work,
                    is_moving=work is not None and work.state != "failed")  # fmt: skip
    return shown(request, reader, TEMPLATE, page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """What came of it, with links; what stayed behind; and taking it back."""
    run = run_at(key, reader)
    if run.state in (RunState.DRAFT, RunState.RUNNING):
        return HttpResponseRedirect(step_url(key, reached(run)))
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            command = Command(run.pk, version=_version(request), reason=request.POST.get("reason", "")[:500])
            perform(ImportRunDocument.undo, command, actor=reader.actor)
            messages.success(request, _("已撤销本批导入"))
            return HttpResponseRedirect(step_url(key, "report"))
        except Refused as refused:
            errors = _told(refused)
            run = run_at(key, reader)
    found = records_of(run.pk, SHOWN)
    page = page_for(
        run, "report", step_url(key, "report"), errors=errors, records=record_rows(found),
        more=max(0, ImportedRecord.objects.filter(document_id=run.pk).count() - SHOWN),
        problems=shown_problems(run, problems_of(run.pk)[:SHOWN]),
        may_undo=run.state in (RunState.DONE, RunState.STOPPED) and reader.may_draft(target_in(run).declared),
    )  # fmt: skip
    return shown(request, reader, TEMPLATE, page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)
