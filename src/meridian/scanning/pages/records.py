"""The derived records of documents that are worked on by scanning; while one waits, it offers the scanner."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from meridian.kernel.findings import Refused
from meridian.platform.screens.derive import documents
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action
from meridian.platform.screens.views import shown
from meridian.scanning.pages.view import OFFERS, task_url
from meridian.scanning.tasks import TASKS, require_task
from meridian.scanning.vocabulary import ScanTask

TYPES = tuple(dict.fromkeys(rules.declared for rules in TASKS.values()))


@for_reader
@require_safe
def record(request: HttpRequest, reader: Reader, document_id: UUID, place: int) -> HttpResponse:
    """One record of `TYPES[place]`; whoever may do its task now may do it by scanning."""
    declared = TYPES[place]
    document = documents.find(declared, document_id, reader)
    page = documents.document_page(declared, document, reader, request)
    offers = tuple(
        Action(name="scan", label=OFFERS[task], url=task_url(task, document.pk), method="get", icon="scan")
        for task, rules in TASKS.items()
        if rules.declared is declared and _may(task, document, reader)
    )
    return shown(request, reader, "document.html", replace(page, secondary=(*offers, *page.secondary)))


def _may(task: ScanTask, document: Any, reader: Reader) -> bool:
    try:
        require_task(task, document, reader.grants, reader.actor)
    except Refused:
        return False
    return True
