"""The past in two depths: the timeline beside a record, and the trail of every field with time, person and door."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from meridian.evidence.naming import names_then
from meridian.evidence.personal import revealed
from meridian.kernel.declare import Meaning
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens import formats
from meridian.platform.screens.derive import history, pickers
from meridian.platform.screens.derive.gaterows import role_labels
from meridian.platform.screens.derive.history import Difference, Event, History
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Change, SignatureRow, Text, TimelineEntry, TrailRow

SHOWN_MAX = 30
CHANGES_MAX = 6
"""Fields told in one entry of the timeline; the trail tells all."""

PLACED = ("site_id", "warehouse_id")  # told by the name that stood then
Words = Mapping[Any, str]


def sources() -> dict[str, str]:
    """The doors in words."""
    return {
        "page": _("页面"), "api": _("接口"), "scan": _("扫码"), "job": _("任务"), "import": _("导入"),
        "command": _("命令行"),
    }  # fmt: skip


def timeline(declared: AnyDocumentType, past: History, reader: Reader, trail_url: str) -> tuple[TimelineEntry, ...]:
    """The newest acts: moves with their signature, changes with old and new, and what was refused."""
    shown = past.events[:SHOWN_MAX]
    words = _words(declared, [event for event in shown if _tells_values(event, past)])
    return tuple(_entry(declared, event, past, reader, words, trail_url) for event in shown)


def _tells_values(event: Event, past: History) -> bool:
    """Whether old and new values are told: of changes, not of moves, refusals and what a record was born with."""
    return event.refusal is None and event.transition is None and not _is_birth(event, past)


def _is_birth(event: Event, past: History) -> bool:
    inserts = [change for change in event.changes if change.operation == "insert"]
    return event is past.events[-1] and len(inserts) == len(event.changes) and any(each.row_id for each in inserts)


def _words(declared: AnyDocumentType, events: Sequence[Event]) -> Words:
    every = [each for event in events for change in event.changes for each in history.differences(declared, change)]
    words: dict[Any, str] = {}
    for model, keys in history.referenced(every).items():
        words |= pickers.labels_of(model, keys)
    placed = [each for each in every if each.name in PLACED]
    return words | names_then({(UUID(v), each.change_id) for each in placed for v in (each.old, each.new) if v})


def _entry(
    declared: AnyDocumentType, event: Event, past: History, reader: Reader, words: Words, trail_url: str
) -> TimelineEntry:
    kind: Literal["transition", "change", "refusal"] = "change"
    reason = event.reason
    if event.refusal is not None:
        kind, verb = "refusal", refused_verb(declared, event)
        reason = "；".join(str(each.get("evidence", "")) for each in event.refusal.findings[:3])
    elif event.transition is not None:
        kind, verb = "transition", _label(declared, event.transition.transition)
    else:
        verb = _("建立") if _is_birth(event, past) else _("修改")
    told = _told(declared, event, reader, words) if _tells_values(event, past) else ()
    signature = event.signature
    return TimelineEntry(
        verb=verb,
        at=event.at,
        actor=event.actor,
        kind=kind,
        changes=told,
        reason=reason,
        remark=signature.remark if signature else "",
        signature=_manifested(signature.meaning, signature.content_hash) if signature else "",
        is_changed_after_signing=bool(signature and past.changed_after(signature)),
        url=trail_url if len(told) > CHANGES_MAX else "",
    )


def _told(declared: AnyDocumentType, event: Event, reader: Reader, words: Words) -> tuple[Change, ...]:
    derived = history.outside_content(declared)
    told = [
        Change(field=field_label(each), old=value_text(each, each.old, words), new=value_text(each, each.new, words))
        for change in event.changes
        for each in history.differences(declared, change)
        if reader.sees_name(declared, each.name) and each.name not in derived
    ]
    return tuple(told[:CHANGES_MAX])


def refused_verb(declared: AnyDocumentType, event: Event) -> str:
    """“未能复核”."""
    name = event.refusal.transition if event.refusal is not None else ""
    return _("未能%(action)s") % {"action": _label(declared, name)}


def _label(declared: AnyDocumentType, name: str) -> str:
    if name == "draft":
        return _("保存")
    transition = declared.transitions.get(name)
    return str(transition.label) if transition is not None else name


def _manifested(meaning: str, content_hash: str) -> str:
    return f"{meaning_words(meaning)} · {formats.short_hash(content_hash)}"


def meaning_words(meaning: str) -> str:
    """A signature's meaning in words; one that is no longer declared as it was stored."""
    return str(dict(Meaning.choices).get(meaning, meaning))


def field_label(difference: Difference) -> str:
    """“第 3 行 · 数量”."""
    label = str(difference.field.verbose_name)
    if difference.line is None:
        return label
    return _("第 %(n)s 行 · %(field)s") % {"n": difference.line, "field": label} if difference.line else label


def value_text(difference: Difference, stored: Any, words: Words) -> str:
    """A stored value as people read it; personal data whose key was erased as its placeholder."""
    if stored is None or stored == "":
        return ""
    column = difference.field
    if isinstance(column, models.ForeignKey) or column.name in PLACED:
        key = UUID(str(stored))
        return words.get((key, difference.change_id)) or words.get(key, str(stored))
    if isinstance(stored, bool):
        return _("是") if stored else _("否")
    if getattr(column, "choices", None):
        return str(dict(column.flatchoices).get(stored, stored))
    if isinstance(column, models.DateTimeField):
        return formats.instant(datetime.fromisoformat(str(stored)).astimezone(UTC))
    if isinstance(column, models.DateField):
        return date.fromisoformat(str(stored)).isoformat()
    if isinstance(column, models.DecimalField | models.IntegerField):
        return _number(stored)
    return revealed(str(stored))


def _number(stored: Any) -> str:
    try:
        return formats.number(Decimal(str(stored)))
    except InvalidOperation:
        return str(stored)  # a placeholder of erased data


def trail(declared: AnyDocumentType, past: History, reader: Reader) -> tuple[TrailRow, ...]:
    """Every field of every act, newest first."""
    words = _words(declared, past.events)
    doors = sources()
    rows: list[TrailRow] = []
    for event in past.events:
        role = role_labels(event.transition.role) if event.transition is not None else ""
        common: dict[str, Any] = {
            "at": event.at, "actor": event.actor, "role": role, "reason": event.reason,
            "source": doors.get(event.source, event.source), "address": event.address,
        }  # fmt: skip
        rows.extend(_moves(declared, event, common))
        for change in event.changes:
            for each in history.differences(declared, change):
                if reader.sees_name(declared, each.name):
                    old, new = value_text(each, each.old, words), value_text(each, each.new, words)
                    rows.append(TrailRow(**common, what=field_label(each), kind="change", old=old, new=new))
    return tuple(rows)


def _moves(declared: AnyDocumentType, event: Event, common: dict[str, Any]) -> list[TrailRow]:
    rows: list[TrailRow] = []
    states: dict[str, Text] = dict(declared.states.choices)
    if event.refusal is not None:
        evidence = "；".join(f"{each.get('code')}：{each.get('evidence')}" for each in event.refusal.findings)
        rows.append(TrailRow(**common, what=refused_verb(declared, event), kind="refusal", new=evidence))
    if event.transition is not None:
        old, new = (states.get(state, state) for state in (event.transition.from_state, event.transition.to_state))
        label = _label(declared, event.transition.transition)
        rows.append(TrailRow(**common, what=label, kind="transition", old=_text(old), new=_text(new)))
    if event.signature is not None:
        what = meaning_words(event.signature.meaning)
        rows.append(TrailRow(**common, what=what, kind="signature", new=event.signature.content_hash))
    return rows


def _text(words: Text) -> str:
    return str(words) if isinstance(words, Promise) else words


def signature_rows(past: History) -> tuple[SignatureRow, ...]:
    """Signatures as manifested (21 CFR 11.50), with the check whether the content changed since."""
    return tuple(
        SignatureRow(
            signer=each.signer_name,
            role=role_labels(each.role),
            meaning=meaning_words(each.meaning),
            at=each.at,
            content_hash=each.content_hash,
            remark=each.remark,
            is_changed_after=past.changed_after(each),
        )
        for each in past.signatures
    )
