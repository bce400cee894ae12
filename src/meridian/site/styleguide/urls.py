"""The style guide: every component and page with sample data, for signed-in people and for tests.

`?theme=dark|light|system` and `?language=en|zh-hans` choose the frame; the component page shows both themes at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation

from meridian.scanning.vocabulary import Verdict
from meridian.site.styleguide.samples import documents, editing, lists, others, scanning
from meridian.site.styleguide.samples.frame import Language, Theme, shell

THEMES = ("light", "dark", "system")
LANGUAGES = ("zh-hans", "en")
ZONE = ZoneInfo("Asia/Shanghai")

PAGES: dict[str, tuple[str, str, Callable[[], object]]] = {
    "list": ("list.html", "采购订单", lists.order_list),
    "list-50": ("list.html", "采购订单", lambda: lists.order_list(50)),
    "list-empty": ("list.html", "采购订单", lists.empty_list),
    "document": ("document.html", "采购订单", documents.order),
    "document-ready": ("document.html", "采购订单", lambda: documents.order(blocked=False)),
    "document-terms": ("document.html", "采购订单", lambda: documents.order(section="terms")),
    "document-files": ("document.html", "采购订单", lambda: documents.order(section="files")),
    "document-signatures": ("document.html", "采购订单", lambda: documents.order(section="signatures")),
    "document-trail": ("document.html", "采购订单", lambda: documents.order(section="trail")),
    "edit": ("document_edit.html", "采购订单", editing.edit_page),
    "edit-errors": ("document_edit.html", "采购订单", lambda: editing.edit_page(with_errors=True)),
    "merge": ("merge.html", "采购订单", editing.merge_page),
    "action": ("action.html", "采购订单", others.action_page),
    "trace": ("trace.html", "追溯", others.trace_page),
    "trail": ("trail.html", "合规", others.trail_page),
    "lifecycle": ("lifecycle.html", "系统", others.lifecycle_page),
    "home": ("home.html", "工作台", others.home_page),
    "scan": ("scanning/task.html", "扫码", lambda: scanning.receiving(scanning.taken())),
    "scan-attention": ("scanning/task.html", "扫码", lambda: scanning.receiving(scanning.taken(Verdict.ATTENTION))),
    "scan-stop": ("scanning/task.html", "扫码", lambda: scanning.receiving(scanning.stopped(), is_held=True)),
    "scan-empty": ("scanning/task.html", "扫码", scanning.untouched),
    "scan-unfinished": ("scanning/unfinished.html", "扫码", scanning.unfinished),
    "scan-hub": ("scanning/hub.html", "扫码", scanning.hub),
    "scan-hub-empty": ("scanning/hub.html", "扫码", lambda: scanning.hub(is_empty=True)),
    "sign-in": ("sign_in.html", "", others.sign_in_page),
    "403": ("message.html", "", lambda: others.message_page(403)),
    "404": ("message_bare.html", "", lambda: others.message_page(404)),
    "422": ("message.html", "", lambda: others.message_page(422)),
    "500": ("message_bare.html", "", lambda: others.message_page(500)),
}


def choice(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    """A query parameter, or the first allowed value."""
    asked = request.GET.get(name, allowed[0])
    return asked if asked in allowed else allowed[0]


def sample(request: HttpRequest, name: str) -> HttpResponse:
    """One page with sample data. Http404 for a name that is not in `PAGES`."""
    if name not in PAGES:
        raise Http404(name)
    template, current, build = PAGES[name]
    with translation.override(choice(request, "language", LANGUAGES)), timezone.override(ZONE):
        page = build()  # some samples are put into words by the code that also puts the real thing into words
    return answer(request, template, {"page": page}, current=current)


def components(request: HttpRequest) -> HttpResponse:
    """All components, each in light and dark."""
    context: dict[str, object] = {
        "pages": tuple(PAGES),
        "order": documents.order(),
        "ready": documents.order(blocked=False),
        "empties": lists.empty_lists(),
        "list_page": lists.order_list(6),
        "edit": editing.edit_page(with_errors=True),
        "themes": ("light", "dark"),
    }
    return answer(request, "styleguide.html", context, current="系统", with_extras=True)


def options(request: HttpRequest) -> HttpResponse:
    """What a reference picker gets while a person types."""
    found = [each for each in editing.picker_options() if request.GET.get("q", "") in str(each.label)]
    return render(request, "components/picker_options.html", {"options": found})


def answer(
    request: HttpRequest, template: str, context: dict[str, object], *, current: str, with_extras: bool = False
) -> HttpResponse:
    """Render in the asked language and theme."""
    language = cast("Language", choice(request, "language", LANGUAGES))
    theme = cast("Theme", choice(request, "theme", THEMES))
    frame = shell(current=current, language=language, theme=theme, with_extras=with_extras)
    with translation.override(language), timezone.override(ZONE):
        return render(request, template, {"shell": frame, **context})


urlpatterns = [
    path("", components, name="styleguide"),
    path("options", options, name="styleguide-options"),
    path("<slug:name>", sample, name="styleguide-page"),
]
