"""Sentences with figures, kept apart so that a refusal recorded in one language can be shown in another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

Text = str | Promise


@dataclass(frozen=True)
class Message:
    """A translatable sentence with named figures: `Message("批号 {lot} 于 {day} 失效", {"lot": …, "day": …})`."""

    template: str
    figures: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.template).format(**{name: _shown(value) for name, value in self.figures.items()})


def _shown(value: Any) -> str:
    if hasattr(value, "normalize") and hasattr(value, "as_tuple"):  # Decimal: 40, not 40.000000 or 4E+1
        return f"{value.normalize():f}"
    return str(value)


def message(template: str, **figures: Any) -> Message:
    """A translatable sentence with figures; the Chinese template is the translation key."""
    return Message(template, figures)


def listed(values: Iterable[Any]) -> str:
    """Several things named in a sentence, in the active language: members of an enumeration by their labels."""
    return gettext("、").join(str(getattr(value, "label", value)) for value in values)
