"""Checking what a draft brings in: unknown, system and faulty fields are named one by one, nothing is dropped."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.context import current_company_id
from meridian.kernel.declare import DocumentType, column_field
from meridian.kernel.findings import Refused, faulty, faulty_fields
from meridian.kernel.messages import Message, message
from meridian.kernel.sql import array_text, fetch
from meridian.kernel.tenancy import CompanyRow

_SYSTEM_NAME = re.compile(
    r"(_by|_by_id|_by_name|_at)$|^(operator|actor|user|user_id|now|timestamp|inspector|inspector_id|inspector_name|"
    r"reviewer|reviewer_id|reviewer_name|receiver|receiver_id|receiver_name|signer|signer_id|state|version|number)$"
)
_BLANKS = "".join(chr(each) for each in range(0x3001) if chr(each).isspace() and chr(each) not in "\x1c\x1d\x1e\x1f")
"""What is cut off a text: not the separators of barcodes, 0x1D at the head says that GS1 data follow."""
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋", "0123456789.,-+")


def checked_header(
    declared: type[DocumentType[Any, Any]], fields: Mapping[str, Any], *, is_new: bool
) -> dict[str, Any]:
    """The header's columns from a payload; raises Refused 422 with one finding for each faulty field.

    A new document must bring every editable field that has no default and is not blank.
    """
    columns = {column_field(ref).name: column_field(ref) for ref in declared.editable}
    cleaned, problems = _cleaned(columns, fields, prefix="", is_new=is_new)
    if problems:
        raise faulty_fields(problems)
    _require_same_company(
        [(column, cleaned[column.attname]) for column in columns.values() if column.attname in cleaned]
    )
    return cleaned


def checked_lines(
    declared: type[DocumentType[Any, Any]], lines: Sequence[Mapping[str, Any]], limit: int
) -> list[dict[str, Any]]:
    """The lines' columns, each kept line with its `id`; raises Refused 422 naming `lines.<n>.<field>`."""
    if declared.lines is None:
        raise faulty("field_unknown", message("此单据没有明细行。"), "lines")
    if len(lines) > limit:
        problem = message("一张单据最多 {limit} 行，收到 {count} 行；请分单。", limit=limit, count=len(lines))
        raise faulty("too_many_lines", problem, "lines")
    columns = {column_field(ref).name: column_field(ref) for ref in declared.lines.editable}
    referring = [column for column in columns.values() if isinstance(column, models.ForeignKey)]
    rows, problems, references = [], [], []
    for index, line in enumerate(lines):
        prefix = f"lines.{index}."
        values = {key: value for key, value in line.items() if key != "id"}
        cleaned, wrong = _cleaned(columns, values, prefix, is_new=not line.get("id"))
        problems += wrong
        if line.get("id"):
            cleaned["id"] = _as_uuid(line["id"], prefix + "id")
        references += [(column, cleaned[column.attname]) for column in referring if column.attname in cleaned]
        rows.append(cleaned)
    if problems:
        raise faulty_fields(problems)
    _require_same_company(references)
    return rows


def _is_required(column: models.Field[Any, Any]) -> bool:
    return not (column.blank or column.null or column.has_default())


def _cleaned(
    columns: Mapping[str, models.Field[Any, Any]], fields: Mapping[str, Any], prefix: str, *, is_new: bool
) -> tuple[dict[str, Any], list[tuple[str, Message]]]:
    cleaned: dict[str, Any] = {}
    problems: list[tuple[str, Message]] = []
    for key, value in fields.items():
        column = columns.get(key) or (columns.get(key.removesuffix("_id")) if key.endswith("_id") else None)
        if column is None:
            raise _not_editable(prefix + key)
        try:
            cleaned[column.attname] = clean_value(column, value)
        except ValidationError as error:
            problems.append((prefix + column.name, message("{label}：{problem}", label=column.verbose_name,
                                                           problem=" ".join(error.messages))))  # fmt: skip
    given = {*fields, *(key.removesuffix("_id") for key in fields)}
    missing = [name for name, column in columns.items() if is_new and name not in given and _is_required(column)]
    problems += [(prefix + name, message("必填：{label}。", label=columns[name].verbose_name)) for name in missing]
    return cleaned, problems


def _not_editable(name: str) -> Refused:
    if _SYSTEM_NAME.search(name.rsplit(".", 1)[-1]):
        problem = message("{field} 由系统按登录人和服务器时间生成，不能提交。", field=name)
        return faulty("system_field_readonly", problem, name, law="G76")
    return faulty("field_unknown", message("没有可填写的字段 {field}。", field=name), name)


def clean_value(column: models.Field[Any, Any], value: Any) -> Any:
    """A payload value as the column stores it; raises ValidationError in the user's words."""
    if isinstance(value, str):
        value = value.strip(_BLANKS)
        if "\x00" in value:
            raise ValidationError(_("含有不可用字符。"))
    if value is None or value == "":
        if column.null:
            return None
        if isinstance(column, models.CharField | models.TextField) and column.blank:
            return ""
        raise ValidationError(_("必填。"))
    if isinstance(column, models.ForeignKey):
        return _as_uuid(value, column.name)
    if isinstance(column, models.DecimalField):
        return _decimal(column, value)
    if isinstance(column, models.DateTimeField):
        return _instant(value)
    if isinstance(column, models.DateField):
        return _day(value)
    if isinstance(value, dict | list) and not isinstance(column, models.JSONField):
        raise ValidationError(_("格式不正确。"))
    return column.clean(value, None)


def _decimal(column: models.DecimalField[Any, Any], value: Any) -> Decimal:
    if isinstance(value, bool | float):
        raise ValidationError(_('数字请以文本或整数给出，例如 "12.50"。'))
    text = str(value).translate(_FULL_WIDTH).replace(",", "")
    if len(text) > 40:
        raise ValidationError(_("数字过长。"))
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValidationError(_("“%(text)s”不是数字。"), params={"text": text}) from None
    if not number.is_finite():
        raise ValidationError(_("不是有限的数字。"))
    cleaned: Decimal = column.clean(number, None)
    return cleaned


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValidationError(_("日期格式应为 年-月-日，例如 2026-12-05。")) from None


def _instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValidationError(_("时间格式不正确。")) from None
    if instant.tzinfo is None:
        raise ValidationError(_("时间须带时区。"))
    return instant.astimezone(UTC)


def _as_uuid(value: Any, name: str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise faulty("field_invalid", message("{field} 不是有效的标识。", field=name), name) from None


def _require_same_company(references: Sequence[tuple[models.Field[Any, Any], Any]]) -> None:
    """Every referenced row exists in the company: one statement for each table referred to."""
    wanted: dict[Any, tuple[str, set[UUID]]] = {}
    for column, value in references:
        if isinstance(column, models.ForeignKey) and value is not None:
            wanted.setdefault(column.related_model, (column.name, set()))[1].add(value)
    for model, (name, keys) in wanted.items():
        own = "AND company_id IS NOT DISTINCT FROM %s" if issubclass(model, CompanyRow) else ""
        asked = [array_text(keys), current_company_id()] if own else [array_text(keys)]
        found = fetch(f"SELECT id FROM {model._meta.db_table} WHERE id = ANY(%s::uuid[]) {own}", asked)
        if keys - {key for (key,) in found}:
            raise faulty("reference_not_found", message("{field} 指向的记录不存在。", field=name), name)
