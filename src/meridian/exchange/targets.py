"""What can be imported: kinds of record with their columns as the declarations name them. The site hands them in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models
from django.utils import translation

from meridian.exchange.reading.files import plain
from meridian.kernel.declare import column_path
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import typed
from meridian.platform.screens.derive.columns import shown_of

NUMBER = "number"
LINE = "lines."
LANGUAGES = ("zh-hans", "en")
Cleaner = Callable[[str], str | None]


@dataclass(frozen=True)
class ImportTarget:
    """One kind of record to import. `keys` are tried in order: the first whose columns a row fills names its record."""

    declared: AnyDocumentType
    keys: Sequence[Sequence[str]]
    line_key: str = ""
    """The column that tells one line of a record from another."""
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Column → further headings it goes by."""
    cleaners: Mapping[str, Cleaner] = field(default_factory=dict)
    """Column → how its text is stored, where preparing a draft changes it: keys are compared in that form."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Column → further words for its choices."""
    samples: Mapping[str, str] = field(default_factory=dict)
    """Column → what the template's sample row shows."""

    @property
    def code(self) -> str:
        """The document type's own."""
        return self.declared.code


@dataclass(frozen=True)
class ImportColumn:
    """A column of a record, or of its lines (`lines.di`), that a file may fill."""

    path: str
    field: Any
    model: type[models.Model] | None
    """The table it chooses from."""
    is_required: bool

    @property
    def is_line(self) -> bool:
        """Whether it belongs to lines."""
        return self.path.startswith(LINE)

    @property
    def name(self) -> str:
        """Its name in a payload."""
        return self.path.removeprefix(LINE)

    @property
    def label(self) -> str:
        """Its heading in the language in force."""
        return str(self.field.verbose_name)


_targets: dict[str, ImportTarget] = {}


def provide_targets(targets: Sequence[ImportTarget]) -> None:
    """Called once, by the site."""
    _targets.clear()
    _targets.update({target.code: target for target in targets})


def targets() -> Sequence[ImportTarget]:
    """Every kind of record that can be imported."""
    return tuple(_targets.values())


def target_of(code: str) -> ImportTarget | None:
    """The target of a document type."""
    return _targets.get(code)


@cache
def columns_of(code: str) -> Mapping[str, ImportColumn]:
    """The columns of a target by path: its number, then header and lines in the order of the form."""
    declared = _targets[code].declared
    number = declared.model._meta.get_field(NUMBER)
    found = [ImportColumn(NUMBER, number, None, is_required=False)]
    found += [_column(each, "") for each in typed.header_inputs(declared)]
    found += [_column(each, LINE) for each in typed.line_inputs(declared)]
    return {each.path: each for each in found}


def _column(given: typed.Input, prefix: str) -> ImportColumn:
    return ImportColumn(prefix + given.name, given.field, given.target, given.is_required)


@cache
def headings_of(code: str) -> Mapping[str, str]:
    """Heading as compared → column: the labels in both languages, the headings of exported lists, the synonyms.

    An empty column is one that an export writes and no import takes: state and instants of the system.
    """
    target = _targets[code]
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for path, column in columns_of(code).items():
                known.setdefault(plain(column.label), path)
                known.setdefault(plain(path), path)
                known.setdefault(plain(column.name), path)
            for ref in target.declared.screen.columns:
                _add_listed(known, code, ref)
    for path, words in target.synonyms.items():
        for word in words:
            known[plain(word)] = path
    known.pop("", None)
    return known


def _add_listed(known: dict[str, str], code: str, ref: Any) -> None:
    """A list's own heading: of a column of another record it fills the reference to it."""
    path = column_path(ref)
    first = path.split("__")[0]
    columns = columns_of(code)
    known.setdefault(plain(str(shown_of(ref).label)), path if path in columns else first if first in columns else "")
