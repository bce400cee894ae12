"""Records that exist already: found by the keys of a file in one statement a key, compared with what the file says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.db.models.functions import Cast, Upper

from meridian.exchange.targets import LINE, ImportTarget, columns_of
from meridian.kernel.draft_input import clean_value
from meridian.platform.screens.derive import pickers
from meridian.platform.screens.derive.reader import Reader

Key = tuple[str, ...]
"""The names of the key's columns joined by `+`, then their values in capitals."""


@dataclass
class Stored:
    """One record as it stands."""

    target: ImportTarget
    key: UUID
    number: str
    state: str
    version: int
    values: Mapping[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    """Each with its `id`, by the names of the columns."""

    def changes(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What of the given columns is not as it stands."""
        return {name: value for name, value in given.items() if self._cleaned(name, value) != self.values[name]}

    def before(self, names: Iterable[str]) -> dict[str, Any]:
        """The columns as they stand, as a draft takes them again."""
        return {name: None if self.values[name] is None else _payload(self.values[name]) for name in names}

    def line_changes(self, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
        """All lines as a draft takes them, kept ones by their id, where a given line is new or not as it stands."""
        merged = {line["id"]: {"id": line["id"]} for line in self.lines}
        new, is_changed = [], False
        for line in given:
            same = next((each for each in self.lines if self._is_line(each, line)), None)
            if same is None:
                new.append(dict(line))
                continue
            wrong = {name: value for name, value in line.items() if self._cleaned(LINE + name, value) != same[name]}
            merged[same["id"]] |= wrong
            is_changed = is_changed or bool(wrong)
        return [*merged.values(), *new] if new or is_changed else None

    def _is_line(self, stored: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        names = [self.target.line_key] if self.target.line_key in given else list(given)
        return all(self._cleaned(LINE + name, given[name]) == stored[name] for name in names)

    def _cleaned(self, path: str, value: Any) -> Any:
        cleaner = self.target.cleaners.get(path)
        if cleaner is not None and isinstance(value, str):
            value = cleaner(value) or value
        try:
            return clean_value(columns_of(self.target.code)[path].field, value)
        except ValidationError:
            return value


def _payload(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) else str(value)


def stored_records(
    target: ImportTarget, keys: Iterable[Key], reader: Reader, *, has_lines: bool
) -> Mapping[Key, Stored]:
    """The records that these keys name, within what the reader may see."""
    wanted: dict[str, set[Key]] = {}
    for key in keys:
        if key:
            wanted.setdefault(key[0], set()).add(key)
    found: dict[Key, Stored] = {}
    for names, of_names in wanted.items():
        found |= _by_key(target, names, of_names, reader)
    if has_lines and found:
        _read_lines(target, {each.key: each for each in found.values()})
    return found


def _by_key(target: ImportTarget, joined: str, keys: set[Key], reader: Reader) -> dict[Key, Stored]:
    names = joined.split("+")
    columns = columns_of(target.code)
    fields = {each.name: each.field.attname for each in columns.values() if not each.is_line}
    first = Upper(Cast(fields[names[0]], CharField()))
    rows = pickers.rows_in_reach(target.declared.model, reader).annotate(_first=first)
    found: dict[Key, Stored] = {}
    asked = rows.filter(_first__in=sorted({key[1] for key in keys})).order_by("pk")
    for row in asked.values("pk", "state", "version", *fields.values()):
        key = (joined, *("" if row[fields[name]] is None else str(row[fields[name]]).upper() for name in names))
        if key in keys:
            values = {name: row[attname] for name, attname in fields.items()}
            found[key] = Stored(target, row["pk"], row["number"], row["state"], row["version"], values)
    return found


def _read_lines(target: ImportTarget, records: Mapping[UUID, Stored]) -> None:
    declared = target.declared.lines
    if declared is None:
        return
    names = {each.name: each.field.attname for each in columns_of(target.code).values() if each.is_line}
    rows = declared.model._default_manager.filter(document_id__in=list(records)).order_by("line_no")
    for row in rows.values("id", "document_id", *names.values()):
        line = {name: row[attname] for name, attname in names.items()}
        records[row["document_id"]].lines.append({"id": row["id"], **line})
