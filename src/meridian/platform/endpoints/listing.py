"""Lists of the API: keyset pages of at most 100 rows, newest first, filtered by declared columns."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import QueryDict

from meridian.kernel.declare import column_field, column_path
from meridian.kernel.draft_input import clean_value
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.permission import Grants, readable
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.values.canonical import plain
from meridian.platform.endpoints.payload import require_text
from meridian.platform.endpoints.schemas import shown_columns
from meridian.platform.prepared import prepared

LARGEST_PAGE = 100
DEFAULT_PAGE = 50
LONGEST_SEARCH = 120
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def hidden_fields(document_type: AnyDocumentType, grants: Grants) -> set[str]:
    """Names of secret columns this actor has no right to see."""
    return {name for name, right in document_type.secret.items() if not grants.allows(right)}


def permission_required(document_type: AnyDocumentType, grants: Grants, act: str) -> Refused:
    """The refusal of a right the actor does not hold."""
    del grants
    return refusal(
        "permission_required",
        HTTPStatus.FORBIDDEN,
        message("您没有“{label}”的“{act}”权限。", label=document_type.label, act=act),
    )


def visible_rows(document_type: AnyDocumentType, grants: Grants) -> models.QuerySet[Any]:
    """The documents the actor may read; raises Refused 403 when there is no right to read the type."""
    scope = readable(grants, document_type)
    if scope is None:
        raise permission_required(document_type, grants, "read")
    model: Any = document_type.model
    rows: models.QuerySet[Any] = model.objects.filter(scope)
    return rows


def page(document_type: AnyDocumentType, grants: Grants, query: QueryDict) -> dict[str, Any]:
    """One page of headers and the key of the next; two statements with the actor's rights."""
    hidden = hidden_fields(document_type, grants)
    rows = visible_rows(document_type, grants)
    condition = _conditions(document_type, query, hidden)
    limit = _limit(query)
    columns = [
        column.attname for column in shown_columns(document_type.model) if not {column.name, column.attname} & hidden
    ]
    rows = rows.filter(condition).order_by("-pk").values(*columns)[: limit + 1]
    is_whole = not condition and not readable(grants, document_type)
    found = prepared((document_type, "api", limit, *columns), lambda: rows).rows() if is_whole else list(rows)
    shown = found[:limit]
    return {"items": [shown_row(row) for row in shown], "next": str(shown[-1]["id"]) if len(found) > limit else None}


def shown_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON data: decimals as text, instants in UTC."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """`plain`, the usual kinds first: a page has a thousand values."""
    kind = value.__class__
    return value if kind in _AS_THEY_ARE else str(value) if kind is UUID else plain(value)


def _limit(query: QueryDict) -> int:
    text = query.get("limit", str(DEFAULT_PAGE))
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= LARGEST_PAGE):
        raise _invalid("limit", message("每页 1 至 100 行。"))
    return int(text)


def _invalid(name: str, problem: Message) -> Refused:
    return refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, problem, field_name=name)


def _conditions(document_type: AnyDocumentType, query: QueryDict, hidden: set[str]) -> Q:
    condition = Q()
    filters = {column_path(ref): column_field(ref) for ref in document_type.screen.filters}
    filters = {path: column for path, column in filters.items() if not hidden & {path, column.name}}
    for name, values in query.lists():
        for value in map(str, values):
            require_text(value, name)
            condition &= _condition(document_type, filters, hidden, name, value)
    return condition


def _condition(
    document_type: AnyDocumentType, filters: dict[str, models.Field[Any, Any]], hidden: set[str], name: str, value: str
) -> Q:
    if name == "limit":
        return Q()
    if name == "after":
        return Q(pk__lt=_key(value))
    if name == "state":
        if value not in document_type.states.values:
            raise _invalid("state", message("没有这个状态。"))
        return Q(state=value)
    if name == "q" and document_type.screen.search:
        return _search(document_type, hidden, value)
    path, _mark, end = name.rpartition("__") if name.endswith(("__from", "__until")) else (name, "", "")
    column = filters.get(path)
    if column is None or (end and not isinstance(column, models.DateField)):
        shown = name[:80]
        problem = message("没有筛选条件 {field}。", field=shown)
        raise refusal("field_unknown", HTTPStatus.UNPROCESSABLE_ENTITY, problem, field_name=shown)
    return _equals(column, path, end, value)


def _equals(column: models.Field[Any, Any], path: str, end: str, value: str) -> Q:
    try:
        cleaned = clean_value(column, value)
    except ValidationError as error:
        raise _invalid(
            path, message("{label}：{problem}", label=column.verbose_name, problem=" ".join(error.messages))
        ) from None
    if end == "from":
        return Q(**{f"{path}__gte": cleaned})
    if end == "until":
        is_day = not isinstance(column, models.DateTimeField)
        return Q(**{f"{path}__lte": cleaned}) if is_day else Q(**{f"{path}__lt": cleaned + timedelta(microseconds=1)})
    return Q(**{f"{path}__isnull": True}) if cleaned is None else Q(**{path: cleaned})


def _key(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise _invalid("after", message("不是有效的翻页标识。")) from None


def _search(document_type: AnyDocumentType, hidden: set[str], value: str) -> Q:
    if len(value) > LONGEST_SEARCH:
        raise _invalid("q", message("搜索词过长。"))
    condition = Q(pk__in=[])
    for ref in document_type.screen.search:
        path = column_path(ref)
        if path not in hidden:
            condition |= Q(**{f"{path}__icontains": value})
    return condition
