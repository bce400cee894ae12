"""Schemas of a document type's requests and answers, derived from its columns.

The schemas describe; the kernel checks, so that a fault has the same name and sentence on every door. Decimals and
quantities are text, days ISO dates, instants ISO with a zone.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from django.db import models
from django.utils.text import format_lazy
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from meridian.kernel.declare import Transition, column_field, column_path
from meridian.kernel.messages import Text
from meridian.kernel.registry import AnyDocumentType


class SignatureBody(Schema):
    """What the signer gives: the hash of the content shown, the meaning, and components to prove the person."""

    model_config = ConfigDict(extra="forbid")
    content_hash: str = Field(max_length=64)
    meaning: str = Field(max_length=24)
    password: str = Field("", max_length=200)
    code: str = Field("", max_length=12)
    passkey: dict[str, Any] | None = None
    remark: str = Field("", max_length=2000)


class TransitionBody(Schema):
    """A move of a document. `version` is the version the caller saw; `remarks` answer gates that ask to explain."""

    model_config = ConfigDict(extra="allow")
    version: int = Field(ge=1, strict=True)
    reason: str = Field("", max_length=2000)
    remarks: dict[str, str] = Field(default_factory=dict)
    signature: SignatureBody | None = None


class Remedy(Schema):
    """Where a finding is cured."""

    label: str
    document_type: str
    document_id: UUID | None
    transition: str


class FindingBody(Schema):
    """One reason for a refusal: the rule's token, its sentence, the figures and the cure."""

    code: str
    kind: str
    sentence: str
    evidence: str
    owner: str
    law: str
    field: str
    subject_id: UUID | None
    waiver_id: UUID | None
    remedy: Remedy | None


class RefusalBody(Schema):
    """Nothing moved. For `version_conflict`, `current` holds the stored value beside the caller's by field."""

    code: str
    findings: list[FindingBody]
    current: dict[str, Any] | None = None


class OutcomeBody(Schema):
    """A success; `replayed` when the same request under the same key had succeeded before."""

    id: UUID
    number: str
    state: str
    version: int
    transition_id: UUID | None = None
    replayed: bool = False


def titled(act: Text, label: Text) -> Any:
    """The summary of an operation, said in the language of whoever reads the OpenAPI page."""
    return format_lazy("{} {}", act, label)


REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), RefusalBody)


def json_schema(column: models.Field[Any, Any]) -> dict[str, Any]:
    """The JSON schema of a column's values."""
    described: dict[str, Any] = {"title": str(column.verbose_name)}
    if column.help_text:
        described["description"] = str(column.help_text)
    kinds: Sequence[tuple[type[models.Field[Any, Any]], dict[str, Any]]] = (
        (models.ForeignKey, {"type": "string", "format": "uuid"}),
        (models.UUIDField, {"type": "string", "format": "uuid"}),
        (models.DecimalField, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
        (models.DateTimeField, {"type": "string", "format": "date-time"}),
        (models.DateField, {"type": "string", "format": "date"}),
        (models.BooleanField, {"type": "boolean"}),
        (models.IntegerField, {"type": "integer"}),
        (models.JSONField, {}),
    )
    form = next((form for kind, form in kinds if isinstance(column, kind)), {"type": "string"})
    if form.get("type") == "string" and "format" not in form and column.max_length:
        form = {**form, "maxLength": column.max_length}
    if column.choices and not callable(column.choices):
        form = {**form, "enum": [str(value) for value, _label in column.flatchoices]}
    if column.null and form:
        form = {"anyOf": [form, {"type": "null"}]}
    return described | form


def _described(columns: Sequence[models.Field[Any, Any]]) -> dict[str, Any]:
    return {
        column.attname: (Annotated[Any, WithJsonSchema(json_schema(column))], None)
        for column in columns
        if not column.attname.startswith("_")
    }


class OpenSchema(Schema):
    """A body whose unknown fields reach the kernel, which refuses them by name."""

    model_config = ConfigDict(extra="allow")


def _require_object(value: Any) -> Any:
    """Refuses a list or a text where a schema stands: the framework would read its attributes and find all absent."""
    if not isinstance(value, Mapping):
        raise PydanticCustomError("object_expected", "Input should be an object")
    return value


def _nested(name: str, fields: Mapping[str, Any]) -> Any:
    return Annotated[_model(name, fields), BeforeValidator(_require_object)]


def _model(name: str, fields: Mapping[str, Any]) -> type[Schema]:
    made: Any = create_model(name, __base__=OpenSchema, __module__=__name__, **fields)
    found: type[Schema] = made
    return found


def class_name(document_type: AnyDocumentType) -> str:
    """The type's code as the stem of its schemas' names."""
    return "".join(part.title() for part in document_type.code.split("_"))


def draft_body(document_type: AnyDocumentType, *, is_new: bool) -> type[Schema]:
    """The request that creates or edits a draft: `fields` by column, `lines` in order."""
    stem = class_name(document_type) + ("New" if is_new else "Edit")
    columns = [column_field(ref) for ref in document_type.editable]
    fields: dict[str, Any] = {
        "fields": (_nested(f"{stem}Fields", _described(columns)), Field(default_factory=dict, validate_default=True)),
        "reason": (str, Field("", max_length=2000)),
    }
    if document_type.lines is not None:
        line_columns = [column_field(ref) for ref in document_type.lines.editable]
        line = _nested(f"{stem}Line", {**_described(line_columns), "id": (UUID | None, None)})
        fields["lines"] = (list[line] | None, None)  # type: ignore[valid-type]
    fields |= {"site_id": (UUID, ...)} if is_new else {"version": (int, Field(ge=1, strict=True))}
    return _model(stem, fields)


def shown_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of a table that a caller may see, before secret ones are taken away."""
    return [column for column in model._meta.concrete_fields if column.name not in {"company_id", "document"}]


def header_body(document_type: AnyDocumentType) -> type[Schema]:
    """A header as lists and details answer it."""
    return _model(f"{class_name(document_type)}Header", _described(shown_columns(document_type.model)))


def detail_body(document_type: AnyDocumentType, header: type[Schema]) -> type[Schema]:
    """One document: header, lines, what may happen next and why not, neighbours in the chain."""
    stem = class_name(document_type)
    fields: dict[str, Any] = {
        "header": (header, ...),
        "content_hash": (str, ...),
        "transitions": (list[dict[str, Any]], ...),
        "chain": (list[dict[str, Any]], ...),
        "editable": (bool, ...),
    }
    if document_type.lines is not None:
        line = _model(f"{stem}Line", _described(shown_columns(document_type.lines.model)))
        fields["lines"] = (list[line], ...)  # type: ignore[valid-type]
    return _model(f"{stem}Detail", fields)


def page_body(document_type: AnyDocumentType, header: type[Schema]) -> type[Schema]:
    """One page of a list; `next` is the `after` of the following page."""
    return _model(
        f"{class_name(document_type)}Page",
        {"items": (list[header], ...), "next": (UUID | None, None)},  # type: ignore[valid-type]
    )


def list_parameters(document_type: AnyDocumentType) -> list[dict[str, Any]]:
    """The query parameters of a list, for the OpenAPI page."""
    text = {"type": "string", "maxLength": 120}
    parameters = [
        {"name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}},
        {"name": "after", "schema": {"type": "string", "format": "uuid"}},
        {"name": "state", "schema": {"type": "string", "enum": [str(value) for value in document_type.states.values]}},
    ]
    if document_type.screen.search:
        parameters.append({"name": "q", "schema": text})
    for ref in document_type.screen.filters:
        path, column = column_path(ref), column_field(ref)
        parameters.append({"name": path, "schema": json_schema(column)})
        if isinstance(column, models.DateField):
            parameters += [{"name": f"{path}__{end}", "schema": json_schema(column)} for end in ("from", "until")]
    return [{"in": "query", "required": False, **parameter} for parameter in parameters]


def transition_help(transition: Transition[Any, Any]) -> str:
    """What a move asks for, in the declaration's own words."""
    parts = [f"{' / '.join(map(str, transition.source))} → {transition.target}"]
    if transition.gates:
        parts.append("gates: " + ", ".join(gate.code for gate in transition.gates))
    if transition.signature is not None:
        parts.append(f"signature: {transition.signature.value}")
    return " · ".join(parts)
