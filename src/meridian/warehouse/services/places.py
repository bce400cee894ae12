"""What setting up, closing and reopening places does."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any

from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.work import Work
from meridian.organization.services import PlacesToSetUp, close_place, reopen_place, set_up_places
from meridian.warehouse.models import PlaceClosure, PlaceSet
from meridian.warehouse.numbering import CODE_MAX, PLACES_MAX, RangeError, combined, expanded
from meridian.warehouse.queries.places import PlaceClosureFacts, PlaceSetFacts
from meridian.warehouse.services.standing import warehouse_of

NUMBERED_BY = ("aisles", "bays", "levels")


def prepare_place_set(draft: Draft) -> None:
    """Says how many places that makes, from which code to which.

    Raises Refused 422 `field_invalid` for text that is no range, no code at all, too many places, codes that are too
    long, and temperatures the wrong way round.
    """
    header = draft.header
    stored: Any = draft.document
    parts = []
    for name in NUMBERED_BY:
        try:
            parts.append(expanded(header.get(name, getattr(stored, name))))
        except RangeError:
            raise _invalid(name, message("请填写如 01-10、A-D 或 01,03,05 的编号。")) from None
    count = max(len(parts[0]), 1) * max(len(parts[1]), 1) * max(len(parts[2]), 1)
    if count > PLACES_MAX:
        raise _invalid("aisles", message("将增设 {count} 个，一次最多 {most} 个；请分几次增设。", count=count,
                                         most=PLACES_MAX))  # fmt: skip
    prefix = header.get("prefix", stored.prefix).strip()
    codes = combined([[prefix] if prefix else [], *parts])
    if codes == [""]:
        raise _invalid("prefix", message("请填写代码前缀或编号。"))
    if max(map(len, codes)) > CODE_MAX:
        raise _invalid("prefix", message("代码最长 {most} 个字符。", most=CODE_MAX))
    _require_order(draft)
    header |= {"prefix": prefix, "place_count": count, "first_code": codes[0], "last_code": codes[-1]}
    if "inside_id" in header:
        header["warehouse_id"] = warehouse_of([header["inside_id"]])


def _require_order(draft: Draft) -> None:
    low: Decimal | None = draft.header.get("celsius_min", getattr(draft.document, "celsius_min", None))
    high: Decimal | None = draft.header.get("celsius_max", getattr(draft.document, "celsius_max", None))
    if low is not None and high is not None and low > high:
        raise _invalid("celsius_max", message("温度上限 {high} 低于下限 {low}。", high=high, low=low))


def _invalid(field: str, evidence: Message) -> Refused:
    return refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name=field)


def activate(work: Work[PlaceSet, PlaceSetFacts]) -> None:
    """The places are there and in use; one statement for one or five thousand."""
    facts = work.facts
    set_up_places(
        work.document.company_id,
        PlacesToSetUp(
            site_id=facts.site_id,
            inside_id=facts.inside_id,
            kind=facts.place_kind,
            zone_kind=facts.zone_kind or facts.inside_zone_kind,
            codes=facts.codes,
            names=facts.names,
            temperature_celsius_min=facts.celsius_min,
            temperature_celsius_max=facts.celsius_max,
        ),
    )
    work.set(activated_at=work.moment.instant)


def prepare_place_closure(draft: Draft) -> None:
    """It is about the warehouse the place lies in."""
    if "place_id" in draft.header:
        draft.header["warehouse_id"] = warehouse_of([draft.header["place_id"]])


def close(work: Work[PlaceClosure, PlaceClosureFacts]) -> None:
    """Nothing is put there or inside it any more."""
    close_place(work.document.company_id, work.facts.place_id)
    work.set(closed_at=work.document.closed_at or work.moment.instant)


def reopen(work: Work[PlaceClosure, PlaceClosureFacts]) -> None:
    """Goods may be put there again, except where another document keeps it closed."""
    reopen_place(work.document.company_id, work.facts.place_id, work.facts.still_closed)
    work.set(reopened_at=work.moment.instant)


def retention_anchors(facts: Any) -> RetentionAnchors:
    """Kept from the day it was written (R0)."""
    return RetentionAnchors(base_day=facts.recorded_on)
