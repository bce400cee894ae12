"""The lines of work of one document, as its kind of task reads them."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.items.vocabulary import Tracking
from meridian.kernel.messages import Text
from meridian.scanning.answers import TaskLine, TaskStep

CHECK = _("核对确认")
SCAN_GOODS = _("扫货品")

ITEM_COLUMNS = "i.device_name, i.specification, i.base_unit, i.tracking, i.is_cold_chain"


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a task's document says of itself and of its lines."""

    number: str
    party: str
    version: int
    state: str
    steps: tuple[TaskStep, ...]
    lines: tuple[TaskLine, ...]
    hint: Text


def line_of(
    key: str,
    line_id: UUID | None,
    item: tuple[Any, ...],
    lot: str = "",
    expires_on: date | None = None,
    *,
    done: Decimal,
    wanted: Decimal | None,
    place: str = "",
    note: Text = "",
) -> TaskLine:
    """A line of work on an item, given as its `ITEM_COLUMNS`."""
    name, specification, unit, tracking, is_cold = item
    return TaskLine(
        key=key,
        line_id=line_id,
        item_name=" ".join(filter(None, (name, specification))),
        lot=lot,
        expires_on=expires_on,
        place=place,
        note=note,
        done=done,
        wanted=wanted,
        unit=unit,
        is_cold=is_cold,
        may_step=line_id is not None and tracking != Tracking.SERIAL,
    )


def marked(lines: list[TaskLine], current: UUID | None) -> tuple[TaskLine, ...]:
    """The lines with the one under way marked: where the last scan went, else the first that is not finished."""
    at = next((n for n, line in enumerate(lines) if current is not None and line.line_id == current), None)
    if at is None:
        at = next((n for n, line in enumerate(lines) if not line.is_complete), None)
    return tuple(replace(line, is_current=True) if n == at else line for n, line in enumerate(lines))


def steps_of(*labels: Text, now: int) -> tuple[TaskStep, ...]:
    """The chips above the field; those before `now` are done."""
    return tuple(
        TaskStep(label=label, standing="done" if n < now else "now" if n == now else "later")
        for n, label in enumerate(labels)
    )
