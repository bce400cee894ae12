"""A table as a download: made while its reader waits, or later."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meridian.kernel import clock
from meridian.platform.screens.derive.reader import Reader
from meridian.workspace import background
from meridian.workspace.arranging import Layout
from meridian.workspace.exporting import ROWS_MAX
from meridian.workspace.sheets import CONTENT_TYPES, Form, form_of, sheet_at

EXPORTS_URL = "/exports"


def file_response(
    name: str, form: Form, headings: Sequence[str], pages: Iterable[Iterable[Sequence[Any]]]
) -> HttpResponse:
    """A file of these rows, named by what it holds and the minute (UTC)."""
    folder = Path(settings.STORE) / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, place = tempfile.mkstemp(dir=folder, suffix=".part")  # made 0600
    os.close(handle)
    path = Path(place)
    try:
        sheet = sheet_at(path, form, headings)
        for page in pages:
            sheet.write(page)
        sheet.close()
        content = path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
    return as_download(
        HttpResponse(content, content_type=CONTENT_TYPES[form]), f"{name} {clock.now():%Y%m%d-%H%M}.{form}"
    )


def as_download(response: HttpResponse, name: str) -> HttpResponse:
    """The answer as a file to keep, of the kind it says it is."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def made_later(request: HttpRequest, reader: Reader, code: str, layout: Layout | None = None) -> HttpResponse:
    """Puts the list at the request's address in the queue, and leads to where its file will be."""
    form, language = form_of(request.GET.get("form", "")), get_language() or "zh-hans"
    background.ask(code, request.GET, layout, form, actor=reader.actor, language=language)
    messages.success(request, _("列表超过 %(limit)s 条，正在后台生成文件。") % {"limit": f"{ROWS_MAX:,}"})
    return HttpResponseRedirect(EXPORTS_URL)
