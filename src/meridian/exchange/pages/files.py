"""Files of imports: the template to fill in, and the rows that stayed behind."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from meridian.exchange.correcting import failed_rows
from meridian.exchange.pages.wizard import run_at
from meridian.exchange.queries import problems_of
from meridian.exchange.runs import require_right
from meridian.exchange.targets import target_of
from meridian.exchange.templating import template_of
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.workspace.files import as_download, file_response
from meridian.workspace.sheets import CONTENT_TYPES, form_of


@for_reader
@require_safe
def template(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """The workbook to fill in, for who may draft such records."""
    del request
    target = target_of(code)
    if target is None:
        raise Http404("nothing of this kind is imported")
    require_right(target, reader)
    response = HttpResponse(template_of(target), content_type=CONTENT_TYPES["xlsx"])
    return as_download(response, f"{target.code}.xlsx")


@for_reader
@require_safe
def errors(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """The failed rows with their reasons, in the file's own columns."""
    run = run_at(key, reader)
    headings, rows = failed_rows(run, problems_of(run.pk))
    name = f"{run.file_name.rpartition('.')[0]} {run.number}"
    return file_response(name, form_of(request.GET.get("form", "")), headings, [rows])
