"""What there is: types, states, transitions, gates and rights, for clients that build themselves."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from meridian.accounts.session import actor_of
from meridian.kernel.declare import Transition, column_field
from meridian.kernel.gates import Gate
from meridian.kernel.permission import Grants, grants_of
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.endpoints.listing import hidden_fields
from meridian.platform.endpoints.schemas import REFUSALS, json_schema


class MetaBody(Schema):
    """The document types this actor may read, and the rules they name."""

    document_types: list[dict[str, Any]]
    gates: list[dict[str, Any]]
    permissions: list[str]
    roles: list[str]


def add_meta(router: Router) -> None:
    """Mounts `/meta`."""
    router.add_api_operation(
        "/meta", ["GET"], meta, response={200: MetaBody, **REFUSALS}, operation_id="meta", tags=["meta"]
    )


def meta(request: HttpRequest) -> dict[str, Any]:
    """Types, states, transitions, gates and the caller's own rights."""
    grants = grants_of(actor_of(request))
    types = [each for each in registry.document_types.values() if grants.allows(each.permission("read"))]
    gates = {gate.code: gate for each in types for t in each.transitions.values() for gate in registry.gates_of(t)}
    return {
        "document_types": [_type(each, grants) for each in types],
        "gates": [_gate(gate) for _code, gate in sorted(gates.items())],
        "permissions": sorted({grant.permission for grant in grants.grants}),
        "roles": sorted(grants.roles),
    }


def _type(document_type: AnyDocumentType, grants: Grants) -> dict[str, Any]:
    hidden = hidden_fields(document_type, grants)
    editable = [column_field(ref) for ref in document_type.editable]
    lines = [column_field(ref) for ref in document_type.lines.editable] if document_type.lines is not None else []
    return {
        "code": document_type.code,
        "label": str(document_type.label),
        "url": f"/api/v1/{document_type.module}/{document_type.slug}",
        "states": [{"code": str(code), "label": str(label)} for code, label in document_type.states.choices],
        "initial": str(document_type.initial),
        "editable_in": [str(state) for state in document_type.editable_in],
        "fields": {column.attname: json_schema(column) for column in editable if column.name not in hidden},
        "line_fields": {column.attname: json_schema(column) for column in lines if column.name not in hidden},
        "may_draft": grants.allows(document_type.permission("draft")),
        "transitions": [_transition(each, grants) for each in document_type.transitions.values()],
    }


def _transition(transition: Transition[Any, Any], grants: Grants) -> dict[str, Any]:
    return {
        "name": transition.name,
        "label": str(transition.label),
        "source": [str(state) for state in transition.source],
        "target": str(transition.target),
        "permission": transition.permission,
        "permitted": grants.allows(transition.permission),
        "gates": [gate.code for gate in registry.gates_of(transition)],
        "differs_from": [other.name for other in transition.differs_from],
        "signature": transition.signature.value if transition.signature is not None else None,
        "reason_required": transition.reason_required,
    }


def _gate(gate: Gate[Any]) -> dict[str, Any]:
    return {
        "code": gate.code,
        "sentence": gate.sentence,
        "law": gate.law,
        "blocks": gate.blocks,
        "kind": str(gate.kind),
        "waivable_by": list(gate.waivable_by),
        "aliases": list(gate.aliases),
    }
