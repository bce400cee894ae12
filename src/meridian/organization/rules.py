"""Predicates about papers that parties and the company itself share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class ScopePart:
    """One part of a paper's scope; an empty field means any."""

    device_class: str
    class_code: str


class Device(Protocol):
    """What a scope is held against."""

    @property
    def device_class(self) -> str: ...
    @property
    def class_code(self) -> str: ...
    @property
    def old_class_code(self) -> str: ...


def valid_on(day: date, valid_from: date, valid_until: date | None) -> bool:
    """Whether a paper is valid on a day: from its first through its last day, both included."""
    return valid_from <= day and (valid_until is None or day <= valid_until)


def scope_covers(scope: Sequence[ScopePart], device: Device) -> bool:
    """Whether some part names the device's class and a code above it in either catalogue; no part covers nothing."""
    return any(_part_covers(part, device) for part in scope)


def _part_covers(part: ScopePart, device: Device) -> bool:
    if part.device_class and part.device_class != device.device_class:
        return False
    codes = (device.class_code, device.old_class_code)
    return not part.class_code or any(
        code == part.class_code or code.startswith(f"{part.class_code}-") for code in codes
    )
