"""Which rows of a table many codes and names mean: for lines pasted from a spreadsheet, in one statement."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from meridian.platform.screens.derive import pickers
from meridian.platform.screens.derive.columns import naming
from meridian.platform.screens.derive.reader import Reader, for_reader

TEXTS_MAX = 1_000


@for_reader
@require_POST
def named(request: HttpRequest, reader: Reader, app: str, model: str) -> HttpResponse:
    """`{"named": {text: {"id", "label"}}}`: a whole code or name each; without `id` where several rows bear it.

    Texts that mean nothing are left out. Tables and rows are those the picker of the same address offers.
    """
    table = pickers.model_at(app, model, reader)
    texts = [text.replace("\x00", "").strip()[:120] for text in request.POST.getlist("text")[:TEXTS_MAX]]
    columns = [each for each in naming(table) if each]
    wanted = sorted({form for text in texts if text for form in (text, text.upper())})
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__in": wanted})
    rows = (
        pickers.rows_in_reach(table, reader).filter(condition) if wanted and columns else table._default_manager.none()
    )
    known: dict[str, dict[UUID, str]] = {}
    for row in rows.values("pk", *columns)[: 4 * TEXTS_MAX]:
        for column in columns:
            known.setdefault(str(row[column]).upper(), {})[row["pk"]] = str(row[columns[0]])
    return JsonResponse({"named": {text: _meant(known[text.upper()]) for text in texts if text.upper() in known}})


def _meant(rows: dict[UUID, str]) -> dict[str, Any]:
    if len(rows) > 1:
        return {"id": None}
    [(key, label)] = rows.items()
    return {"id": str(key), "label": label}
