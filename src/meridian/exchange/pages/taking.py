"""The first step: which kind of record, and the file."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meridian.exchange.documents import ImportRunDocument
from meridian.exchange.pages.wizard import page_for, step_url
from meridian.exchange.reading.files import KINDS
from meridian.exchange.runs import require_right, take_file
from meridian.exchange.targets import target_of, targets
from meridian.exchange.vocabulary import RunState
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import listed, message
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.attachments.files import checked, require_short
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action, Option
from meridian.platform.screens.views import shown

URL = "/imports/new"
IMPORT = gettext_lazy("导入")
CONTINUE = gettext_lazy("继续导入")
REPORT = gettext_lazy("报告")


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Takes the file and goes on to its columns; a file that cannot be read comes back with why."""
    allowed = [target for target in targets() if reader.may_draft(target.declared)]
    code = (request.POST if request.method == "POST" else request.GET).get("target", "")
    target = target_of(code)
    if target is not None:
        require_right(target, reader)
    if not allowed:
        evidence = message("您没有填写任何可导入记录的权限。")
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, evidence)
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        require_short(request)
        try:
            target = target or allowed[0]
            file = checked(request.FILES.get("file"))
            site = next((each.id for each in provided().sites() if str(each.id) == request.POST.get("site_id")), None)
            return HttpResponseRedirect(step_url(take_file(target, file, site, reader=reader), "mapping"))
        except Refused as refused:
            errors = tuple(str(finding.evidence) for finding in refused.findings)
    chosen = target.code if target is not None else allowed[0].code
    page = page_for(
        None, "file", URL, errors=errors, target=chosen, kinds=listed(f".{kind}" for kind in KINDS),
        targets=tuple(Option(value=each.code, label=each.declared.label, is_selected=each.code == chosen)
                      for each in allowed),
        sites=tuple(Option(value=str(each.id), label=each.label) for each in provided().sites()),
    )  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return shown(request, reader, "exchange/wizard.html", page, status)


def offers(declared: AnyDocumentType, reader: Reader) -> tuple[Action, ...]:
    """The button of a list whose records can be imported, for who may draft them."""
    target = target_of(declared.code)
    if target is None or not reader.may_draft(declared):
        return ()
    from_here = f"{URL}?target={target.code}"
    return (Action(name="import", label=IMPORT, url=from_here, method="get", icon="package-import"),)


def resumed_at(declared: AnyDocumentType, document: Any, reader: Reader) -> tuple[Action, ...]:
    """The way from an import's record back to its steps."""
    del reader
    if declared is not ImportRunDocument:
        return ()
    label = CONTINUE if document.state in (RunState.DRAFT, RunState.RUNNING) else REPORT
    return (Action(name="steps", label=label, url=f"/imports/{document.pk}", method="get", icon="package-import"),)
