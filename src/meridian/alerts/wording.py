"""Sentences kept with their figures, so that an alert raised in one language is read in another."""

import json
from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import override

from meridian.kernel.messages import Message

SOURCE_LANGUAGE = "zh-hans"
PLAIN = "{it}"


def stored_form(told: Message) -> str:
    """A sentence as it is kept: its template and figures as JSON; a figure that is a label keeps its source text."""
    with override(SOURCE_LANGUAGE):
        return json.dumps(_kept(told), ensure_ascii=False, sort_keys=True)


def _kept(told: Message) -> dict[str, Any]:
    return {"text": told.template, "figures": {name: _figure(value) for name, value in told.figures.items()}}


def _figure(value: Any) -> Any:
    if isinstance(value, Message):
        return _kept(value)
    label = getattr(value, "label", value)
    return {"text": str(label), "figures": {}} if isinstance(label, Promise) else str(Message(PLAIN, {"it": value}))


def read_form(stored: str) -> Message:
    """The sentence of a stored form; text that is none stands as it is."""
    try:
        kept = json.loads(stored)
    except ValueError:
        kept = None
    if not isinstance(kept, dict) or set(kept) != {"text", "figures"}:
        return Message(PLAIN, {"it": stored})
    return _message(kept)


def _message(kept: Mapping[str, Any]) -> Message:
    figures = {name: _message(each) if isinstance(each, dict) else each for name, each in kept["figures"].items()}
    return Message(kept["text"], figures)


class Told(str):
    """A sentence in the language it was read in; `stored` is what the table holds."""

    stored: str

    @classmethod
    def of(cls, stored: str) -> Self:
        """The sentence of a stored form, in the active language."""
        told = cls(read_form(stored))
        told.stored = stored
        return told


class SentenceField(models.TextField[Any, Any]):
    """A sentence of `wording.stored_form`; read, it is text in the reader's language."""

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """What a row holds, in words."""
        return Told.of(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """What is written: the stored form."""
        if isinstance(value, Message):
            return stored_form(value)
        return value.stored if isinstance(value, Told) else super().get_prep_value(value)
