"""Which site's and which warehouse's goods a draft is about: what grants limited to one of them go by."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import listed, message
from meridian.organization.queries import places, standings
from meridian.warehouse.models import (
    InternalMoveLine,
    PutawayLine,
    ShipmentLine,
    StockAdjustmentLine,
    SupplierReturnLine,
)


def warehouse_of(place_ids: Iterable[UUID]) -> UUID | None:
    """The one warehouse all these places lie in; None for several and for no place."""
    found = {standing.warehouse_id for standing in standings(place_ids).values()}
    return found.pop() if len(found) == 1 else None


LineModel = (
    type[ShipmentLine]
    | type[StockAdjustmentLine]
    | type[PutawayLine]
    | type[InternalMoveLine]
    | type[SupplierReturnLine]
)


def put_to_warehouse(draft: Draft, line_model: LineModel) -> None:
    """Names the warehouse of the goods on the lines, if they are written.

    Raises Refused 422 `field_invalid` for places at another site than the document's: goods leave from where they lie.
    """
    lines = draft.lines
    if lines is None:
        return
    kept = [line["id"] for line in lines if "id" in line and "place_id" not in line]
    stored: Any = line_model.objects.filter(document_id=draft.document.pk, pk__in=kept) if kept else ()
    wanted = {line["place_id"] for line in lines if "place_id" in line} | {line.place_id for line in stored}
    away = [key for key, standing in standings(wanted).items() if standing.site_id != draft.document.site_id]
    if away:
        names = sorted(str(place) for place in places(away).values())
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("{places} 不在本单据的场所，请改用本场所的货位。", places=listed(names)),
                      field_name="lines")  # fmt: skip
    if wanted:  # a draft that lost its last line stays where it was begun
        draft.header["warehouse_id"] = warehouse_of(wanted)
