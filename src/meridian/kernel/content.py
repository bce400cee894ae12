"""The content of a document: what a signer signs and what "changed after signing" is judged by."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model, TextField
from django.db.models.functions import Cast

from meridian.kernel.declare import DocumentType, column_path
from meridian.kernel.models.document import SYSTEM_COLUMNS
from meridian.kernel.values.canonical import content_hash


def content_columns(model: type[Model], left_out: Iterable[str]) -> list[str]:
    """The stored columns of a table that are content: all but the engine's and those written by effects."""
    excluded = SYSTEM_COLUMNS | set(left_out) | {"document"}
    return [field.attname for field in model._meta.concrete_fields if field.name not in excluded]


_STORED = "stored_form_of_"


def _stored(model: type[Model], columns: Iterable[str]) -> dict[str, Any]:
    """Columns whose field knows a `stable_form` of what is stored: personal data counts by its HMAC."""
    known = {field.attname for field in model._meta.concrete_fields if hasattr(field, "stable_form")}
    return {f"{_STORED}{name}": Cast(name, TextField()) for name in columns if name in known}


def content_of(declared: type[DocumentType[Any, Any]], document_id: UUID, read: Any = None) -> dict[str, Any]:
    """The content of one document of the company in scope: type, number, header and lines in order. Two statements.

    `read` is the document where the caller has just read it: one statement less, but for personal data.
    """
    left_out = [column_path(ref) for ref in declared.outside_content]
    model: Any = declared.model
    columns = content_columns(model, left_out)
    stored = _stored(model, columns)
    if read is not None and not stored:
        header = {name: getattr(read, name) for name in ("number", *columns)}
    else:
        header = model.objects.filter(pk=document_id).values("number", *columns, **stored).get()
    for name in stored:
        column: Any = model._meta.get_field(name.removeprefix(_STORED))
        header[column.attname] = column.stable_form(header.pop(name))
    body: dict[str, Any] = {"type": declared.code, "number": header.pop("number"), "header": header}
    if declared.lines is not None:
        lines: Any = declared.lines.model
        columns = content_columns(lines, left_out)
        body["lines"] = list(lines.objects.filter(document_id=document_id).order_by("line_no").values(*columns))
    return body


def hash_of_content(declared: type[DocumentType[Any, Any]], document_id: UUID, read: Any = None) -> str:
    """The hash a signer sees and the signature keeps; `read` as for the content."""
    return content_hash(content_of(declared, document_id, read))
