"""What the print page is asked: by an address of another page, or by its own form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from meridian.kernel.context import Actor
from meridian.labels import sources
from meridian.labels.printing import LabelOrder
from meridian.labels.vocabulary import LABELS_MAX, FileFormat, LabelKind, LabelSize, Resolution, SymbolKind
from meridian.platform.screens.derive.query import as_uuid

SUBJECTS_MAX = 1_000
"""Things one page shows; a print holds fewer still, and says so."""
REMEMBERED = "meridian_labels"
"""Where a browser keeps the form of its last print: the printer hangs on the workstation, not on the person."""
YEAR = 365 * 24 * 3600

Choice = TypeVar("Choice", bound=TextChoices)


@dataclass(frozen=True)
class Asked:
    """The state of the page: an order, and how the counts were typed."""

    order: LabelOrder
    typed: Mapping[UUID, str] = field(default_factory=dict)
    query: str = ""
    step: str = ""

    def without(self, subject: UUID) -> "Asked":
        """The same without one thing."""
        kept = {key: count for key, count in self.order.subjects.items() if key != subject}
        return replace(self, order=replace(self.order, subjects=kept))

    def with_more(self, subjects: Sequence[UUID]) -> "Asked":
        """The same with further things, one label each."""
        more = {key: 1 for key in subjects if key not in self.order.subjects}
        return replace(self, order=replace(self.order, subjects={**self.order.subjects, **more}), query="")

    @property
    def faulty(self) -> list[UUID]:
        """Things whose count is no number of labels."""
        return [key for key, text in self.typed.items() if _count(text) is None]


def asked_by_address(request: HttpRequest, actor: Actor) -> Asked:
    """What a link asks: `receipt`, `lot`, `place`, `within` (all places inside one) or `document` (type:id).

    Raises Http404 for what is no id, Refused 404 for a receipt out of sight.
    """
    given = request.GET
    form = QueryDict(request.COOKIES.get(REMEMBERED, "")[:200]).dict()
    order = _formed(LabelOrder(_chosen(LabelKind, given.get("kind", ""), LabelKind.PRODUCT), {}), form)
    if "receipt" in given:
        receipt = sources.receipt_at(_key(given["receipt"]), actor)
        packages = sources.packages_to_offer(receipt.pk)
        return Asked(replace(order, subjects=dict(list(packages.items())[:SUBJECTS_MAX]), receipt_id=receipt.pk))
    if "document" in given:
        code, _colon, key = given["document"].partition(":")
        wanted = replace(order, kind=LabelKind.DOCUMENT, document_type=code[:48], subjects={_key(key): 1})
        return Asked(wanted)
    places = [_key(each) for each in given.getlist("place")]
    places += sources.places_within(_key(given["within"])) if "within" in given else []
    if places:
        return Asked(replace(order, kind=LabelKind.PLACE, subjects=dict.fromkeys(places[:SUBJECTS_MAX], 1)))
    lots = [_key(each) for each in given.getlist("lot")[:SUBJECTS_MAX]]
    return Asked(replace(order, subjects=dict.fromkeys(lots, 1)))


def asked_by_form(request: HttpRequest) -> Asked:
    """What the page's own form holds; counts that are none stay as they were typed."""
    sent = request.POST
    keys = dict.fromkeys(key for key in map(as_uuid, sent.getlist("subject")[:SUBJECTS_MAX]) if key is not None)
    typed = {key: sent.get(f"copies-{key}", "")[:12].strip() for key in keys}
    order = LabelOrder(
        kind=_chosen(LabelKind, sent.get("kind", ""), LabelKind.PRODUCT),
        subjects={key: _count(text) or 1 for key, text in typed.items()},
        reason=_text(sent, "reason", 200),
        receipt_id=as_uuid(sent.get("receipt", "")),
        document_type=_text(sent, "document_type", 48),
    )
    return Asked(_formed(order, sent), typed, _text(sent, "q", 200), _text(sent, "step", 60))


def form_of(order: LabelOrder) -> dict[str, str]:
    """What is remembered for the next print."""
    return {"size": order.size.value, "resolution": order.resolution.value, "symbol": order.symbol.value,
            "file_format": order.file_format.value}  # fmt: skip


def remember(response: HttpResponse, order: LabelOrder, *, is_secure: bool) -> HttpResponse:
    """The answer, which tells the browser the form to offer next time."""
    value = urlencode(form_of(order))
    response.set_cookie(REMEMBERED, value, max_age=YEAR, httponly=True, samesite="Lax", secure=is_secure)
    return response


def _formed(order: LabelOrder, given: Mapping[str, str]) -> LabelOrder:
    return replace(
        order,
        size=_chosen(LabelSize, given.get("size", ""), order.size),
        resolution=_chosen(Resolution, given.get("resolution", ""), order.resolution),
        symbol=_chosen(SymbolKind, given.get("symbol", ""), order.symbol),
        file_format=_chosen(FileFormat, given.get("file_format", ""), order.file_format),
    )


def _chosen(choices: type[Choice], text: str, otherwise: Choice) -> Choice:
    return choices(text) if text in choices.values else otherwise


def _count(text: str) -> int | None:
    """A number of labels as typed; None for anything else."""
    digits = text.translate(_FULL_WIDTH)
    number = int(digits) if digits.isascii() and digits.isdecimal() else 0
    return number if 1 <= number <= LABELS_MAX else None


_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def _text(sent: QueryDict, name: str, longest: int) -> str:
    return sent.get(name, "").replace("\x00", "").strip()[:longest]


def _key(text: str) -> UUID:
    key = as_uuid(text)
    if key is None:
        raise Http404("no id")
    return key
