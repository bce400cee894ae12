"""The data dictionary: every field of every document type, its definition, owner and rules, off the declarations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meridian.evidence.personal import PersonalField
from meridian.kernel.declare import DocumentType, Lines, column_field
from meridian.kernel.messages import listed
from meridian.kernel.models.document import SYSTEM_COLUMNS
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.values.fields import MoneyField, QuantityField, UnitPriceField
from meridian.platform.screens.derive.gaterows import role_labels

HIDDEN = frozenset({"id", "company_id", "document_id", "pinyin"})
"""Columns that carry no fact about the business: keys, and spellings made for the search."""
OPTIONS_SHOWN = 12


@dataclass(frozen=True)
class FieldDefinition:
    """One field as the dictionary tells of it, in one language."""

    type_code: str
    name: str
    """The name in the API: the column's own."""
    label: str
    kind: str
    definition: str
    is_line: bool
    is_required: bool
    owner: str
    """The posts that write it; empty for what the system writes."""
    rules: tuple[str, ...]

    def speaks_of(self, word: str) -> bool:
        """Whether label, name, kind or definition holds the word."""
        return any(word in text.casefold() for text in (self.label, self.name, self.kind, self.definition))


def fields_of(declared: AnyDocumentType) -> Sequence[FieldDefinition]:
    """The fields of a type's header, then those of its lines, in the reader's language. No statements."""
    return _fields(declared.code, get_language())


def every_field() -> Iterator[FieldDefinition]:
    """All fields of the site, type by type."""
    for declared in registry.document_types.values():
        yield from fields_of(declared)


@cache
def _fields(code: str, language: str | None) -> Sequence[FieldDefinition]:
    del language
    declared = registry.document_types[code]
    found = [_defined(declared, column) for column in _columns(declared.model)]
    if declared.lines is not None:
        found += [_defined(declared, column, declared.lines) for column in _columns(declared.lines.model)]
    return found


def _columns(model: type[models.Model]) -> list[Any]:
    return [each for each in model._meta.concrete_fields if each.attname not in HIDDEN]


def _defined(declared: AnyDocumentType, column: Any, lines: Lines | None = None) -> FieldDefinition:
    editable = {column_field(ref).name for ref in (declared.editable if lines is None else lines.editable)}
    is_written = column.name in editable and column.attname not in SYSTEM_COLUMNS
    return FieldDefinition(
        type_code=declared.code,
        name=column.attname,
        label=str(column.verbose_name),
        kind=kind_words(column),
        definition=str(column.help_text),
        is_line=lines is not None,
        is_required=is_written and not (column.blank or column.null or column.has_default()),
        owner=str(role_labels(",".join(declared.drafted_by))) if is_written else "",
        rules=tuple(_rules(declared, column, is_written=is_written)),
    )


def kind_words(column: Any) -> str:
    """What may stand in a field: a kind with its size, or the words to choose from."""
    if column.choices:
        words = [str(label) for _value, label in column.flatchoices]
        more = " …" if len(words) > OPTIONS_SHOWN else ""
        return _("选项：%(words)s") % {"words": listed(words[:OPTIONS_SHOWN]) + more}
    if column.is_relation:
        return _("引用：%(target)s") % {"target": column.related_model._meta.verbose_name}
    if isinstance(column, MoneyField):
        return _("金额，2 位小数")
    if isinstance(column, UnitPriceField):
        return _("单价，%(places)s 位小数") % {"places": column.decimal_places}
    if isinstance(column, QuantityField):
        return _("数量，%(places)s 位小数") % {"places": column.decimal_places}
    if isinstance(column, models.CharField | models.TextField):
        limit = column.max_length
        return _("文本，最多 %(n)s 字") % {"n": limit} if limit else _("文本")
    return str(next((words() for kinds, words in _PLAIN if isinstance(column, kinds)), ""))


_PLAIN: Sequence[tuple[type[Any] | tuple[type[Any], ...], Any]] = (
    (models.BooleanField, lambda: _("是或否")),
    (models.DateTimeField, lambda: _("时刻，显示为场所当地时间")),
    (models.DateField, lambda: _("日期")),
    (models.DecimalField, lambda: _("数字")),
    (models.IntegerField, lambda: _("整数")),
    (models.UUIDField, lambda: _("标识")),
    (models.JSONField, lambda: _("结构化内容")),
)


def _rules(declared: type[DocumentType[Any, Any]], column: Any, *, is_written: bool) -> Iterator[str]:
    if is_written:
        states = listed(declared.states(state).label for state in declared.editable_in)
        yield _("“%(states)s”时可改") % {"states": states}
    else:
        yield _("由系统填写")
    if column.unique or _is_unique(column):
        yield _("在公司内唯一")
    if column in [column_field(ref) for ref in declared.reason_on_change]:
        yield _("改动须写明原因")
    if isinstance(column, PersonalField):
        yield _("个人信息，加密保存")
    if column.name in declared.secret:
        yield _("保密，须有“%(right)s”权限才可见") % {"right": declared.secret[column.name]}


def _is_unique(column: Any) -> bool:
    """Whether a constraint makes the column's value unique within the company, by itself."""
    constraints = column.model._meta.constraints
    alone = {column.name, "company_id"}
    return any(isinstance(each, models.UniqueConstraint) and set(each.fields) == alone for each in constraints)
